"""Laws, articles and citations over GraphQL."""

from types import SimpleNamespace
from typing import Any

import pytest

from backend.schema.server.ids import encode_id
from backend.schema.statutes import Citation
from backend.statutes.models import Article, LawVersion
from backend.statutes.services import import_statutes
from tests.conftest import Ask
from tests.statutes.conftest import COMMON_PROPERTY, MakeFile

LAWS = """query ($text: String, $first: Int, $after: String, $last: Int, $before: String) {
  laws(text: $text, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node {
      id name shortName kind issuingBody department
      version { id startsOn validity }
      versions { id publishedOn effectiveOn startsOn endsOn validity validityLabel validityNote }
    } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}"""
ARTICLES = """query ($version: ID!, $first: Int, $after: String) {
  lawArticles(version: $version, first: $first, after: $after) {
    edges { node {
      id label number suffix chapter section text validityLabel law { id name shortName } version { id }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""
RESOLVE = """query ($text: String!) {
  resolveCitations(text: $text) {
    quote start end law number suffix paragraph item text problem problemLabel
    article { label validity validityLabel validityNote law { shortName } version { startsOn endsOn } }
  }
}"""


@pytest.fixture(autouse=True)
def _laws(db: None, make_file: MakeFile):
    import_statutes(make_file())


def refused(answer: dict[str, Any]) -> tuple[str, str]:
    (error,) = answer["errors"]
    return error["extensions"]["code"], error["extensions"].get("field", "")


def test_pages_of_laws_cost_three_statements(ask: Ask, django_assert_num_queries):
    names, after = [], None
    for _ in range(4):
        with django_assert_num_queries(3):
            page = ask(LAWS, first=1, after=after)["data"]["laws"]
        names += [edge["node"]["shortName"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert names == sorted(["民法典", "监狱法", "刑法", "环境保护法"])
    assert not page["pageInfo"]["hasNextPage"]
    with django_assert_num_queries(3):
        assert len(ask(LAWS)["data"]["laws"]["edges"]) == 4


def test_a_law_with_its_versions(ask: Ask, django_assert_num_queries):
    (edge,) = ask(LAWS, text="监狱")["data"]["laws"]["edges"]
    node = edge["node"]
    new, old = LawVersion.objects.filter(law__short_name="监狱法").order_by("-starts_on")
    assert (node["name"], node["kind"], node["issuingBody"]) == ("中华人民共和国监狱法", "法律", "全国人民代表大会")
    assert [version["id"] for version in node["versions"]] == [
        encode_id("LawVersion", new.pk),
        encode_id("LawVersion", old.pk),
    ]
    assert (node["versions"][0]["startsOn"], node["versions"][1]["endsOn"]) == ("2026-11-01", "2026-11-01")
    with django_assert_num_queries(3):
        one = ask("query ($id: ID!) { law(id: $id) { id shortName versions { id } version { id } } }", id=node["id"])
    assert one["data"]["law"]["id"] == node["id"]


def test_the_articles_of_a_version(ask: Ask, django_assert_num_queries):
    version = encode_id("LawVersion", LawVersion.objects.get(source_id="code").pk)
    with django_assert_num_queries(1):
        page = ask(ARTICLES, version=version, first=2)["data"]["lawArticles"]
    assert [edge["node"]["label"] for edge in page["edges"]] == ["第九条", "第一千零六十二条"]
    with django_assert_num_queries(1):
        rest = ask(ARTICLES, version=version, first=2, after=page["pageInfo"]["endCursor"])["data"]["lawArticles"]
    assert [edge["node"]["number"] for edge in rest["edges"]] == [1063]
    assert rest["edges"][0]["node"]["version"] == {"id": version}
    assert rest["edges"][0]["node"]["law"]["shortName"] == "民法典"
    assert not rest["pageInfo"]["hasNextPage"]


def test_one_article(ask: Ask, django_assert_num_queries):
    row = Article.objects.get(label="第一百三十三条之一")
    one = """query ($id: ID!) { article(id: $id) {
        id label number suffix text validity validityLabel validityNote
        law { id shortName } version { id endsOn } } }"""
    with django_assert_num_queries(1):
        article = ask(one, id=encode_id("Article", row.pk))["data"]["article"]
    assert article == {
        "id": encode_id("Article", row.pk),
        "label": "第一百三十三条之一",
        "number": 133,
        "suffix": 1,
        "text": "在道路上驾驶机动车……",
        "validity": "AMENDED",
        "validityLabel": "已被修改",
        "validityNote": "本法另有修改，部分条文可能与现行规定不同，请核对",
        "law": {"id": encode_id("Law", row.version.law_id), "shortName": "刑法"},
        "version": {"id": encode_id("LawVersion", row.version_id), "endsOn": None},
    }


def test_what_does_not_exist_is_null(ask: Ask):
    query = "query ($law: ID!, $article: ID!) { law(id: $law) { id } article(id: $article) { id } }"
    answer = ask(query, law=encode_id("Law", 10**9), article=encode_id("Article", 10**9))
    assert answer == {"data": {"law": None, "article": None}}
    version = encode_id("LawVersion", 10**9)
    assert ask(ARTICLES, version=version)["data"]["lawArticles"]["edges"] == []


def test_a_text_is_resolved_in_two_statements(ask: Ask, django_assert_num_queries):
    text = "👍见《民法典》第1062条第一款第（四）项、第九条第二款，《没有法》第一条，《环境保护法》第一条"
    with django_assert_num_queries(2):
        found = ask(RESOLVE, text=text)["data"]["resolveCitations"]
    assert found[0] == {
        "quote": "《民法典》第1062条第一款第（四）项",
        "start": 2,
        "end": 21,
        "law": "民法典",
        "number": 1062,
        "suffix": 0,
        "paragraph": 1,
        "item": 4,
        "text": "（四）继承或者受赠的财产，但是本法第一千零六十三条第三项规定的除外；",
        "problem": None,
        "problemLabel": "",
        "article": {
            "label": "第一千零六十二条",
            "validity": "IN_FORCE",
            "validityLabel": "现行有效",
            "validityNote": "",
            "law": {"shortName": "民法典"},
            "version": {"startsOn": "2021-01-01", "endsOn": None},
        },
    }
    told = [
        (row["quote"], row["problem"], row["problemLabel"], row["article"] and row["article"]["validity"])
        for row in found
    ]
    assert told[1:] == [
        ("第九条第二款", "UNKNOWN_PART", "这一条没有所引的款或项", "IN_FORCE"),
        ("《没有法》第一条", "UNKNOWN_LAW", "没有收录这部法律", None),
        ("《环境保护法》第一条", None, "", "REPEALED"),
    ]
    with django_assert_num_queries(0):
        assert ask(RESOLVE, text="没有引用")["data"]["resolveCitations"] == []


def test_a_stored_citation_shows_its_own_part(django_assert_num_queries):
    article = Article.objects.select_related("version__law").get(label="第一千零六十二条")
    lines = COMMON_PROPERTY.split("\n")
    shown = {
        (0, 0): ("《民法典》第一千零六十二条", COMMON_PROPERTY),
        (2, 0): ("《民法典》第一千零六十二条第二款", lines[-1]),
        (1, 4): ("《民法典》第一千零六十二条第一款第四项", lines[4]),
        (9, 0): ("《民法典》第一千零六十二条第九款", COMMON_PROPERTY),
    }
    for (paragraph, item), expected in shown.items():
        row: Any = SimpleNamespace(article=article, paragraph=paragraph, item=item)
        with django_assert_num_queries(0):
            assert (Citation.quote.resolve(row, None), Citation.text.resolve(row, None)) == expected


@pytest.mark.parametrize(
    ("query", "variables", "code", "field"),
    [
        (RESOLVE, {"text": "法" * 2001}, "INVALID_INPUT", "text"),
        (LAWS, {"text": "法" * 101}, "INVALID_INPUT", "text"),
        (LAWS, {"first": 0}, "INVALID_PAGE", "first"),
        (LAWS, {"first": 1, "last": 1}, "INVALID_PAGE", "last"),
        (LAWS, {"after": "nonsense"}, "INVALID_CURSOR", "after"),
        (ARTICLES, {"version": "nonsense"}, "INVALID_ID", "version"),
        (ARTICLES, {"version": encode_id("Law", 1)}, "INVALID_ID", "version"),
        ("query ($id: ID!) { law(id: $id) { id } }", {"id": encode_id("Article", 1)}, "INVALID_ID", "id"),
        ("query ($id: ID!) { article(id: $id) { id } }", {"id": encode_id("Article", "x")}, "INVALID_ID", "id"),
    ],
)
def test_what_is_refused(ask: Ask, query: str, variables: dict[str, Any], code: str, field: str):
    assert refused(ask(query, **variables)) == (code, field)


def test_texts_that_hurt_are_only_not_found(ask: Ask):
    for text in ("《\u0000》第一条", "《" * 2000, "《民法典》第" + "1、" * 900 + "条", "《😀》第一条", "《民%》第一条"):
        answer = ask(RESOLVE, text=text)
        assert "errors" not in answer
        assert all(row["problem"] == "UNKNOWN_LAW" for row in answer["data"]["resolveCitations"])
