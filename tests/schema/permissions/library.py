"""The part of the world that readers find in the library: for whom each item is says its audience."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from backend.accounts.models import PeopleGroup, ReaderRole
from backend.advisors.selectors import today
from backend.content.models import ContentCitation, ContentItem, ContentLesson, ContentTranslation, ReadingMark
from backend.content.services import withdraw_item
from backend.statutes.models import Article
from tests.editorial import draft, publish

PROVINCE, COUNTY, TOWNSHIP = "510000000000", "510114000000", "510114006000"
HOME, NEXT, FAR = "510114006003", "510114006004", "510112102001"
FACTS = {"committee": "某社区调解委员会", "dispute": "邻里纠纷", "outcome": "双方和解"}


def write(world: Any) -> None:
    """Make it. People, files and articles must be there."""
    author, cover, items = world.user("staff"), world.files["cover"], world.items
    for name, code in {"province": PROVINCE, "county": COUNTY, "township": TOWNSHIP, "home": HOME, "far": FAR}.items():
        items[name] = publish(author, code, title=name, cover=cover if name == "home" else None)
    items["next and far"] = publish(author, NEXT, FAR, title="next and far")
    items["draft"] = draft(author, HOME, title="draft", cover=cover)
    items["withdrawn"] = publish(author, PROVINCE, title="withdrawn")
    withdraw_item(item=items["withdrawn"], by=author, reason="有误")
    _for_some(world)
    _told(world)
    _bonds(world)
    _translated(world)
    _read(world)


def _for_some(world: Any) -> None:
    author = world.user("staff")
    for name, code, values in (
        ("for staff", PROVINCE, {"audience_roles": ReaderRole.STAFF | ReaderRole.SUPERVISOR}),
        ("for schools", PROVINCE, {"audience_groups": PeopleGroup.SCHOOLS}),
        ("for communities", COUNTY, {"audience_groups": PeopleGroup.COMMUNITIES | PeopleGroup.MONASTERIES}),
    ):
        world.items[name] = publish(author, code, title=name, **values)


def _told(world: Any) -> None:
    """A case for one county, and an item for all with a block of each kind, one of them this case."""
    author, files = world.user("staff"), world.files
    world.items["case"] = case = publish(
        author, COUNTY, title="case", kind="case", case_category="mediation", case_facts=FACTS
    )
    body = [
        ("heading", "标题"),
        ("paragraph", "<p>甲<b>乙</b><a href='https://example.cn/'>丙</a></p>"),
        ("picture", {"media": str(files["cover"].pk), "alt": "图", "caption": "注"}),
        ("recording", {"media": str(files["recording"].pk), "title": "听"}),
        ("video", {"media": str(files["video"].pk), "title": "看"}),
        ("quote", {"text": "说", "source": "某人"}),
        ("statute", {"citation": "《民法典》第一千零六十二条"}),
        ("case", {"item": case.pk}),
        ("steps", ["先", "后"]),
        ("call", {"label": "拨打", "number": "12348"}),
        ("table", {"caption": "表", "text": "甲|乙\n1|2"}),
    ]
    stored = [{"type": kind, "value": value, "id": f"b{place}"} for place, (kind, value) in enumerate(body)]
    world.items["told"] = told = publish(
        author,
        PROVINCE,
        title="told",
        kind="qa",
        question="怎么办？",
        body=stored,
        recording=files["recording"],
        video=files["video"],
        pinned_until=today() + timedelta(days=9),
    )
    ContentCitation.objects.filter(content=told).delete()
    article = Article.objects.filter(number=1062)[0]
    ContentCitation.objects.create(content=told, article=article, block=6, position=0)


def _bonds(world: Any) -> None:
    """Topics and a course for all, and a topic for one village; what they hold is not for all."""
    author, items = world.user("staff"), world.items
    made = {"topic": (PROVINCE, "topic"), "home topic": (HOME, "topic"), "course": (PROVINCE, "course")}
    for name, (code, kind) in made.items():
        items[name] = publish(author, code, title=name, kind=kind)
    links = ContentItem.topics.through.objects
    for item, topic in (("told", "topic"), ("county", "topic"), ("far", "topic"), ("told", "home topic")):
        links.create(from_contentitem=items[item], to_contentitem=items[topic])
    for place, lesson in enumerate(("province", "home", "draft", "for schools", "case")):
        ContentLesson.objects.create(course=items["course"], lesson=items[lesson], sort_order=place)


def _translated(world: Any) -> None:
    """One in both languages, of which one is in review."""
    for language, live in (("bo", True), ("ii", False)):
        ContentTranslation.objects.create(
            item=world.items["told"],
            language=language,
            title=f"told in {language}",
            summary="…",
            question="？",
            body=[("paragraph", "<p>…</p>"), ("statute", {"citation": "《民法典》第一千零六十二条"})],
            live=live,
            first_published_at=timezone.now(),
        )


def _read(world: Any) -> None:
    moments = dict.fromkeys(("bookmarked_at", "liked_at", "read_at"), timezone.now())
    for name, progress in (("province", 100), ("told", 40)):
        ReadingMark.objects.create(
            user=world.user("resident"), item=world.items[name], progress=progress, place="b0", **moments
        )
