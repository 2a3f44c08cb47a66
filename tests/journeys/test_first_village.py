"""The story that the product exists for, against running processes: HTTP, websockets, and nothing of the inside."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.desk import DECISION, Desk, article_form, demo_password
from tests.phone import Phone, until
from tests.running import System

pytestmark = [pytest.mark.journey]

VILLAGE = "510114006003"
NEIGHBOUR = "510114006004"
QUESTION = "丈夫婚后的工资，算不算我们两个人的？"
ANSWER = "算。看《民法典》第一千零六十二条，婚后的工资一般归两个人共有。"

FEED = """query Feed($first: Int, $after: String) {
  feed(first: $first, after: $after) {
    edges { node {
      id title publishedAt cover { url width height bytes }
      body { __typename ... on ParagraphBlock { text } ... on HeadingBlock { text } }
      citations { quote article { label text validity law { name } } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""


def feed(phone: Phone) -> list[dict[str, Any]]:
    """The whole feed, page by page."""
    items, after = [], None
    while True:
        connection = phone.ask(FEED, first=2, after=after)["feed"]
        items += [edge["node"] for edge in connection["edges"]]
        if not connection["pageInfo"]["hasNextPage"]:
            return items
        after = connection["pageInfo"]["endCursor"]


def walk_down(phone: Phone, *names: str) -> str:
    """From the provinces down by names, as a villager taps; the last one's code."""
    parent = None
    for name in names:
        rows = phone.ask("query D($p: ID) { divisions(parent: $p) { code name } }", p=parent)["divisions"]
        parent = next(row["code"] for row in rows if row["name"] == name)
    assert parent is not None
    return str(parent)


def pushes_about(phone: Phone, link: str) -> list[dict[str, Any]]:
    """What the outbox viewer shows of a deep link."""
    page = phone.get("/console/development/push/", format="json").json()
    return [push for push in page["pushes"] if link in str(push["payload"])]


def test_the_first_village_talks(system: System, make_phone: Callable[[str], Phone]) -> None:
    villager, advisor, neighbour = (make_phone(system.url) for _ in range(3))

    # A villager signs in by code: a number that nobody has seen before gets an account.
    viewer = villager.sign_in("10000000007")
    assert viewer["roles"] == [{"role": "VILLAGER"}]
    assert villager.ask("{ viewer { village { code } } }")["viewer"]["village"] is None

    # They choose their village, by walking down or by typing part of its name, and join its group.
    assert walk_down(villager, "四川省", "成都市", "新都区", "石板滩街道", "木兰社区居委会") == VILLAGE
    found = villager.ask('{ divisionSearch(text: "新都 木兰社区") { code fullName level } }')["divisionSearch"]
    assert found[0]["code"] == VILLAGE
    joined = villager.do("joinVillage", "group { id village { name } advisor { name office } }", village=VILLAGE)
    group = joined["group"]["id"]
    assert joined["group"]["advisor"]["name"] == "周律师"

    # The feed: for the village and all above it, nothing for the neighbour's.
    neighbour.sign_in("10000000008")
    neighbour.do("joinVillage", "group { id }", village=NEIGHBOUR)
    mine, theirs = feed(villager), feed(neighbour)
    village_only = {item["title"] for item in mine} - {item["title"] for item in theirs}
    assert len(mine) > 50
    assert len(village_only) == 1
    assert mine == sorted(mine, key=lambda item: str(item["publishedAt"]), reverse=True)
    article = next(item for item in mine if "婚后" in item["title"])
    assert {block["__typename"] for block in article["body"]} >= {"HeadingBlock", "ParagraphBlock", "StatuteBlock"}
    cover = villager.get(article["cover"]["url"])
    assert (cover.headers["content-type"], len(cover.content)) == ("image/webp", article["cover"]["bytes"])
    cited = article["citations"][0]["article"]
    assert (cited["law"]["name"], cited["label"]) == ("中华人民共和国民法典", "第一千零六十二条")
    assert (cited["validity"], "夫妻的共同财产" in cited["text"]) == ("IN_FORCE", True)

    # They ask. Numbers begin at 1, the advisor's open subscription gets it, and the phone that sleeps a push.
    advisor.sign_in("10000000001")
    registered = advisor.do(
        "registerDevice", "device { id }", token="demo-device-token-of-the-advisor", platform="ANDROID"
    )
    assert registered["errors"] == []
    with advisor.follow(group, after=0) as at_the_advisor, villager.follow(group, after=0) as at_the_villager:
        asked = villager.post(group, QUESTION, "question-1")
        assert (asked["errors"], asked["message"]["seq"]) == ([], 1)
        assert villager.post(group, QUESTION, "question-1")["message"]["seq"] == 1
        arrived = at_the_advisor.next()
        assert (arrived["seq"], arrived["text"], arrived["isAdvisor"]) == (1, QUESTION, False)
        assert at_the_villager.next()["seq"] == 1
    [push] = until(lambda: pushes_about(advisor, "group/"))
    assert QUESTION not in str(push)
    assert "10000000007" not in str(push)

    # The villager's network is gone. The advisor answers with a citation, which leads to the text and its validity.
    answered = advisor.post(group, ANSWER, "answer-1", replyTo=1)
    assert answered["errors"] == []
    [citation] = answered["message"]["citations"]
    assert citation["article"]["label"] == "第一千零六十二条"
    assert citation["article"]["validity"] == "IN_FORCE"
    assert "夫妻的共同财产" in citation["article"]["text"]
    for number in range(3, 6):
        advisor.post(group, f"补充第 {number} 条", f"answer-{number}")

    # It is back: exactly what was missed, once, in order, then what follows live.
    with villager.follow(group, after=1) as back:
        missed = back.take(4)
        assert [message["seq"] for message in missed] == [2, 3, 4, 5]
        assert missed[0]["isAdvisor"] is True
        assert missed[0]["citations"][0]["article"]["validity"] == "IN_FORCE"
        assert back.silent()
        advisor.post(group, "还有问题随时在群里问。", "answer-6")
        assert back.next()["seq"] == 6
        assert back.silent()
    assert villager.do("markGroupRead", "group { unreadCount }", groupId=group, seq=6)["group"] == {"unreadCount": 0}


def test_an_article_reaches_the_feed_only_through_the_review(
    system: System, make_phone: Callable[[str], Phone], make_desk: Callable[[str], Desk]
) -> None:
    villager = make_phone(system.url)
    villager.sign_in("10000000002")
    title = "宪法宣传日：木兰社区有普法集市"

    editor, *reviewers = (make_desk(system.url) for _ in range(4))
    editor.sign_in("bianji", demo_password(system.home, "bianji"))
    article = article_form(
        title,
        "十二月四日上午，法律顾问在社区广场现场解答。",
        [VILLAGE],
        [
            ("heading", "时间地点"),
            ("paragraph", "上午九点，社区广场。"),
            ("statute", {"citation": "《宪法》第三十三条"}),
        ],
    )
    number = editor.write(article)
    assert title not in [item["title"] for item in feed(villager)]

    # Whoever wrote it may not approve it: no page offers it, and no address takes it.
    assert editor.approve(number) is False
    for reviewer, username in zip(reviewers, ("chushen", "fushen", "zhongshen"), strict=True):
        reviewer.sign_in(username, demo_password(system.home, username))
    first, second, third = reviewers
    assert title in first.open("/console/")
    stolen = next(a for a in DECISION.findall(first.open(f"/console/content/inspect/{number}/")) if "approve" in a)
    assert editor.force(stolen.split("?")[0], comment="") == 302  # sent away with a message
    assert (
        editor.force(f"/console/content/edit/{number}/", **article, **{"action-publish": "1"}) == 200
    )  # locked while in review: the form comes back
    assert title not in [item["title"] for item in feed(villager)]

    # Three others approve it, each at their own stage, and it is there.
    assert third.approve(number) is False
    assert first.approve(number, note="事实清楚")
    assert first.approve(number) is False
    assert second.approve(number, note="条文准确")
    assert title not in [item["title"] for item in feed(villager)]
    assert third.approve(number, note="同意发布")
    item = feed(villager)[0]
    assert item["title"] == title
    assert item["citations"][0]["article"]["label"] == "第三十三条"

    inbox = villager.ask("{ inbox(first: 5) { edges { node { title body isRead } } } unreadCount }")
    assert title in inbox["inbox"]["edges"][0]["node"]["title"]
    assert inbox["unreadCount"] >= 1
