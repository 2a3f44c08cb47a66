"""Laws on a day, versions side by side and outdated citations over GraphQL."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.content.models import ContentCitation
from backend.regions.models import Division
from backend.schema.server.ids import encode_id
from backend.statutes.models import Article, Law, LawVersion
from backend.statutes.services import import_statutes
from tests.conftest import Ask
from tests.editorial import PROVINCE, VILLAGE, publish
from tests.statutes.conftest import GONE, MakeFile, law

LONG_AGO, CHANGED = "2012-10-26", "2015-01-01"
VERSIONS = [
    law("o1", "试验法", LONG_AGO, LONG_AGO, "历史版本"),
    law("o2", "试验法", CHANGED, CHANGED),
    law("other", "别的法", CHANGED, CHANGED),
    GONE,
]
HEARING = "人民法院审理案件，应当公开进行，但是法律规定的情形除外。"
HEARING_NOW = "人民法院审理案件，应当公开进行，但是涉及个人隐私的除外。"
ARTICLES = [
    ("o1", "第一条", 1, HEARING),
    ("o1", "第二条", 2, "诉讼费用由败诉的当事人负担。"),
    ("o1", "第三条", 3, "附则的内容。"),
    ("o2", "第一条", 1, HEARING_NOW),
    ("o2", "第二条", 2, "国家鼓励调解，当事人可以申请司法确认。"),
    ("o2", "第三条", 3, "附则的内容。"),
    ("other", "第一条", 1, "别的。"),
    ("gone", "第一条", 1, "为保护和改善环境……"),
]
STATUTE = """query ($id: ID!, $at: Date, $first: Int, $after: String) { statute(id: $id, at: $at) {
  law { id shortName } at validity validityLabel note
  version { id startsOn endsOn }
  articles(first: $first, after: $after) {
    edges { node { label text version { id } } } pageInfo { hasNextPage endCursor }
  }
} }"""
DIFFERENCE = """query ($from: ID!, $to: ID!) { lawDifference(from: $from, to: $to) {
  law { shortName } older { id publishedOn } newer { id } same
  articles { kind before { label text version { id } } after { label law { shortName } validity } parts { kind text } }
} }"""


@pytest.fixture(autouse=True)
def _laws(db: None, make_file: MakeFile):
    import_statutes(make_file(VERSIONS, ARTICLES))


def law_id(name: str) -> str:
    return encode_id("Law", Law.objects.get(short_name=name).pk)


def version_id(source: str) -> str:
    return encode_id("LawVersion", LawVersion.objects.get(source_id=source).pk)


def test_a_law_as_it_stood_on_a_day(ask: Ask, django_assert_num_queries):
    key = law_id("试验法")
    with django_assert_num_queries(3):
        old = ask(STATUTE, id=key, at="2014-12-31", first=2)["data"]["statute"]
    assert old == {
        "law": {"id": law_id("试验法"), "shortName": "试验法"},
        "at": "2014-12-31",
        "validity": "IN_FORCE",
        "validityLabel": "现行有效",
        "note": "将由 2015-01-01 起施行的新文本取代",
        "version": {"id": version_id("o1"), "startsOn": LONG_AGO, "endsOn": CHANGED},
        "articles": {
            "edges": [
                {"node": {"label": "第一条", "text": HEARING, "version": {"id": version_id("o1")}}},
                {"node": {"label": "第二条", "text": ARTICLES[1][3], "version": {"id": version_id("o1")}}},
            ],
            "pageInfo": {"hasNextPage": True, "endCursor": old["articles"]["pageInfo"]["endCursor"]},
        },
    }
    after = old["articles"]["pageInfo"]["endCursor"]
    rest = ask(STATUTE, id=law_id("试验法"), at="2014-12-31", first=2, after=after)["data"]["statute"]["articles"]
    assert [edge["node"]["label"] for edge in rest["edges"]] == ["第三条"]
    new = ask(STATUTE, id=law_id("试验法"), at=CHANGED)["data"]["statute"]
    assert (new["version"]["id"], new["validity"], new["note"]) == (version_id("o2"), "IN_FORCE", "")
    assert new["articles"]["edges"][0]["node"]["text"] == HEARING_NOW


def test_without_a_day_it_is_today(ask: Ask):
    statute = ask(STATUTE, id=law_id("试验法"))["data"]["statute"]
    assert (statute["at"], statute["version"]["id"]) == (str(timezone.localdate()), version_id("o2"))


def test_before_the_first_text_that_is_known_there_is_none(ask: Ask):
    statute = ask(STATUTE, id=law_id("试验法"), at="2012-10-25")["data"]["statute"]
    assert statute["law"]["shortName"] == "试验法"
    assert (statute["version"], statute["validity"], statute["validityLabel"]) == (None, None, "")
    assert statute["note"] == "没有收录这一天适用的文本；最早收录的文本自 2012-10-26 起施行"
    assert statute["articles"]["edges"] == []


def test_a_repealed_law_and_one_that_is_not_there(ask: Ask):
    statute = ask(STATUTE, id=law_id("环境保护法"))["data"]["statute"]
    assert (statute["validity"], statute["note"]) == ("REPEALED", "本法已废止，不再适用")
    assert ask(STATUTE, id=encode_id("Law", 10**9)) == {"data": {"statute": None}}


def test_two_versions_side_by_side(ask: Ask, django_assert_num_queries):
    asked = {"from": version_id("o1"), "to": version_id("o2")}
    with django_assert_num_queries(2):
        answer = ask(DIFFERENCE, **asked)
    difference = answer["data"]["lawDifference"]
    assert (difference["law"], difference["same"]) == ({"shortName": "试验法"}, 1)
    assert (difference["older"]["id"], difference["newer"]["id"]) == (version_id("o1"), version_id("o2"))
    changed, removed, added = difference["articles"]
    assert changed == {
        "kind": "CHANGED",
        "before": {"label": "第一条", "text": HEARING, "version": {"id": version_id("o1")}},
        "after": {"label": "第一条", "law": {"shortName": "试验法"}, "validity": "IN_FORCE"},
        "parts": [
            {"kind": "SAME", "text": "人民法院审理案件，应当公开进行，但是"},
            {"kind": "REMOVED", "text": "法律规定的情形"},
            {"kind": "ADDED", "text": "涉及个人隐私的"},
            {"kind": "SAME", "text": "除外。"},
        ],
    }
    assert (removed["kind"], removed["after"], removed["parts"]) == (
        "REMOVED",
        None,
        [{"kind": "REMOVED", "text": ARTICLES[1][3]}],
    )
    assert (added["kind"], added["before"], added["parts"][0]["kind"]) == ("ADDED", None, "ADDED")
    back = ask(DIFFERENCE, **{"from": version_id("o2"), "to": version_id("o1")})["data"]["lawDifference"]
    assert [one["kind"] for one in back["articles"]] == ["CHANGED", "REMOVED", "ADDED"]
    itself = ask(DIFFERENCE, **{"from": version_id("o2"), "to": version_id("o2")})["data"]["lawDifference"]
    assert (itself["same"], itself["articles"]) == (3, [])


@pytest.mark.parametrize(
    ("query", "variables", "code", "field"),
    [
        (DIFFERENCE, {"from": "o1", "to": "other"}, "VERSIONS_OF_DIFFERENT_LAWS", "to"),
        (DIFFERENCE, {"from": "nonsense", "to": "o1"}, "INVALID_ID", "from"),
        (DIFFERENCE, {"from": "o1", "to": "nonsense"}, "INVALID_ID", "to"),
        (STATUTE, {"id": "nonsense"}, "INVALID_ID", "id"),
        (STATUTE, {"id": "试验法", "at": "0001-01-01"}, "INVALID_INPUT", "at"),
        (STATUTE, {"id": "试验法", "at": "9999-12-31"}, "INVALID_INPUT", "at"),
    ],
)
def test_what_is_refused(ask: Ask, query: str, variables: dict[str, Any], code: str, field: str):
    known = {"o1": version_id("o1"), "other": version_id("other"), "试验法": law_id("试验法")}
    answer = ask(query, **{key: known.get(value, value) for key, value in variables.items()})
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"].get("field")) == (code, field)


def test_a_version_that_is_not_there(ask: Ask):
    answer = ask(DIFFERENCE, **{"from": version_id("o1"), "to": encode_id("LawVersion", 10**9)})
    assert answer == {"data": {"lawDifference": None}}


def test_a_reader_is_told_that_a_cited_article_has_changed(
    ask: Ask, divisions: dict[str, Division], make_user: Any, make_file: MakeFile, django_assert_num_queries
):
    author: User = make_user()
    body = [("statute", {"citation": f"《试验法》第{number}条"}) for number in "一二三"]
    publish(author, PROVINCE, body=body)
    reader = make_user(village=divisions[VILLAGE])
    query = """{ feed { edges { node {
        citations { quote outdated outdatedNote }
        body { ... on StatuteBlock { citations { outdated outdatedNote } } }
    } } } }"""

    def told() -> list[tuple[str | None, str]]:
        (edge,) = ask(query, reader)["data"]["feed"]["edges"]
        of_blocks = [one for block in edge["node"]["body"] for one in block["citations"]]
        of_item = [{key: one[key] for key in ("outdated", "outdatedNote")} for one in edge["node"]["citations"]]
        assert of_blocks == of_item
        return [(one["outdated"], one["outdatedNote"]) for one in of_item]

    assert told() == [(None, "")] * 3
    takes_over = str(timezone.localdate() - timedelta(days=1))
    third = law("o3", "试验法", takes_over, takes_over)
    texts = [("o3", "第一条", 1, HEARING), ("o3", "第三条", 3, "附则的内容。")]
    import_statutes(make_file([*VERSIONS, third], [*ARTICLES, *texts]))
    assert told() == [("AMENDED", "所引条文已修改"), ("REPEALED", "所引条文已废止"), (None, "")]
    assert ContentCitation.objects.count() == 3
    assert Article.objects.filter(version__source_id="o3").count() == 2
