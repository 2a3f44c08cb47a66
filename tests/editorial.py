"""An editorial office, what it writes and how its console is used: for the tests of content and of the console."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from backend.accounts.models import RoleGrant, User
from backend.accounts.services import grant_role
from backend.console.setup import SUPERVISORS, ensure_groups
from backend.content.editing import submit_text
from backend.content.frame import EDITORS, REVIEWERS, ensure_editorial_setup
from backend.content.inline import FEATURES
from backend.content.models import ContentCitation, ContentItem, ContentTranslation
from backend.regions import rules
from backend.regions.models import Division
from backend.statutes.models import Article, Law, LawVersion, Validity

PASSWORD = "a password of the tests"
PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = "510000000000", "510100000000", "510114000000", "510114006000"
VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = "510114006003", "510114006004", "510112102001"
BODY = [
    ("heading", "婚后的收入"),
    ("paragraph", "工资和奖金一般归夫妻共同所有，参见《民法典》第一千零六十三条的例外。"),
    ("statute", {"citation": "《民法典》第一千零六十二条"}),
]


#: A county of another prefecture, for `open_elsewhere`.
ELSEWHERE_PREFECTURE, ELSEWHERE = "510700000000", "510703000000"


@dataclass
class Office:
    """Who works there, all of them for the whole province. `both` writes and reviews; `root` is a superuser in no
    group and for no division; `chief` is one who is in the groups of all reviewers, but for no division either.
    """

    editor: User
    reviewer: User
    second: User
    third: User
    both: User
    supervisor: User
    root: User
    chief: User

    @property
    def reviewers(self) -> tuple[User, User, User]:
        """Who decides at the first, the second and the last stage."""
        return self.reviewer, self.second, self.third


def open_office() -> Office:
    """Set the console up and hire everyone."""
    _restore_console_permission()
    ensure_editorial_setup()
    ensure_groups()
    first, second, third = REVIEWERS
    return Office(
        editor=hire("editor", EDITORS, works_for=PROVINCE),
        reviewer=hire("reviewer", first, works_for=PROVINCE),
        second=hire("second", second, works_for=PROVINCE),
        third=hire("third", third, works_for=PROVINCE),
        both=hire("both", EDITORS, *REVIEWERS, works_for=PROVINCE),
        supervisor=hire("supervisor", SUPERVISORS, works_for=PROVINCE),
        root=hire("root", is_superuser=True),
        chief=hire("chief", *REVIEWERS, is_superuser=True),
    )


def _restore_console_permission() -> None:
    """Tests with real transactions empty every table; this row comes from a migration of Wagtail's."""
    kind, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    Permission.objects.get_or_create(
        content_type=kind, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )


def hire(username: str, *groups: str, works_for: str = "", **values: Any) -> User:
    """A member of staff, who acts for a division where that exists.

    Without a password: hashing one takes longer than most tests.
    """
    user = User.objects.create_user(username, nickname=f"{username}的名字", **values)
    user.groups.set(Group.objects.filter(name__in=groups))
    division = Division.objects.filter(pk=works_for).first()
    if division is not None:
        role = RoleGrant.Role.SUPERVISOR if SUPERVISORS in groups else RoleGrant.Role.STAFF
        grant_role(user=user, role=role, division=division)
    return user


def enact() -> dict[int, Article]:
    """Two articles of the Civil Code, by number: those that BODY cites."""
    if there := Article.objects.filter(version__source_id="civil-code"):
        return {article.number: article for article in there}
    law = Law.objects.create(
        name="中华人民共和国民法典", short_name="民法典", kind="法律", issuing_body="全国人民代表大会"
    )
    day = date(2021, 1, 1)
    version = LawVersion.objects.create(
        law=law,
        source_id="civil-code",
        published_on=date(2020, 5, 28),
        effective_on=day,
        starts_on=day,
        validity=Validity.IN_FORCE,
    )
    texts = {
        1062: ("第一千零六十二条", "夫妻对共同财产，有平等的处理权。"),
        1063: ("第一千零六十三条", "下列财产为个人财产："),
    }
    return {
        number: Article.objects.create(
            version=version, position=number, number=number, label=label, text=text, validity=Validity.IN_FORCE
        )
        for number, (label, text) in texts.items()
    }


def draft(author: User, *audience: str, title: str = "夫妻共同财产", **values: Any) -> ContentItem:
    """An item of the province with one revision, not submitted."""
    values.setdefault("division", Division.objects.filter(pk=PROVINCE).first())
    item = ContentItem(title=title, author=author, **{"summary": "什么归两个人", "body": BODY, **values})
    item.audience = list(Division.objects.filter(code__in=audience or [VILLAGE]))
    item.save()
    item.save_revision(user=author)
    return item


def translate(item: ContentItem, author: User, language: str = "bo", **values: Any) -> ContentTranslation:
    """Another language of an item, with one revision, not submitted. Its words are Chinese: no test reads them."""
    text = ContentTranslation(
        item=item,
        language=language,
        author=author,
        **{"title": "另一种语言的标题", "summary": "摘要", "body": BODY[:2], **values},
    )
    text.save()
    text.save_revision(user=author)
    return text


def publish(author: User, *audience: str, **values: Any) -> ContentItem:
    """An item that readers see, published as the last approval does it."""
    return go_live(draft(author, *audience, **values))


def go_live(text: Any) -> Any:
    """Publish the newest version of a text as the last approval does it."""
    text.latest_revision.publish(skip_permission_checks=True)
    text.refresh_from_db()
    return text


def shelve(number: int, author: User, cover: Any, article: Article) -> None:
    """So many published items for VILLAGE at once, each with a cover and a citation."""
    now = timezone.now()
    body = json.dumps([{"type": kind, "value": value, "id": str(uuid4())} for kind, value in BODY])
    items = ContentItem.objects.bulk_create(
        ContentItem(
            title=str(n),
            summary="…",
            body=body,
            author=author,
            cover=cover,
            live=True,
            first_published_at=now - timedelta(minutes=n),
        )
        for n in range(number)
    )
    links = ContentItem.audience.through
    links.objects.bulk_create(links(contentitem_id=item.pk, division_id=VILLAGE) for item in items)
    ContentCitation.objects.bulk_create(
        ContentCitation(content=item, article=article, block=2, position=0) for item in items
    )


def submit(item: Any, by: User) -> Any:
    """Submit the newest version of an item or a translation to the review; the stage in progress."""
    return submit_text(text=item, by=by).current_task_state


def approve(item: Any, *reviewers: User) -> None:
    """Let these people approve what is under review, one stage after the other."""
    for user in reviewers:
        state = type(item).objects.get(pk=item.pk).current_workflow_task_state
        state.task.specific.on_action(state, user, "approve")


class Desk(Client):
    """A browser: the editor's form says which version it was opened with, here the newest unless a test says."""

    def post(self, path: str, data: Any = None, *values: Any, **options: Any) -> Any:
        """Send a form."""
        match = resolve(path.partition("?")[0])
        if match.url_name == "edit" and isinstance(data, dict) and "loaded_revision_id" not in data:
            model = {"content": ContentItem, "translations": ContentTranslation}.get(path.split("/")[2])
            opened = model and model.objects.filter(pk=match.kwargs["pk"]).values_list(*_OPENED).first()
            if opened and opened[0]:
                data = {**data, **dict(zip(_LOADED, (opened[0], opened[1].isoformat()), strict=True))}
        return super().post(path, data, *values, **options)


_OPENED = ("latest_revision", "latest_revision__created_at")
_LOADED = ("loaded_revision_id", "loaded_revision_created_at")


def at_desk(user: User) -> Client:
    """The user's browser, signed in."""
    client = Desk()
    client.force_login(user)
    return client


def address(view: str, *arguments: Any, model: Any = ContentItem) -> str:
    """The console's address of a view of content, or of translations."""
    return reverse(model.snippet_viewset.get_url_name(view), args=arguments)


def typed(body: list[tuple[str, Any]]) -> Any:
    """A body as the editor's form sends it: passages in the form of the rich text editor."""
    return streamfield(
        [(kind, rich_text(value, features=FEATURES) if kind == "paragraph" else value) for kind, value in body]
    )


def editor_form(*, action: str = "", **values: Any) -> dict[str, Any]:
    """What the editor's form sends."""
    filled = {
        "kind": "article",
        "title": "夫妻共同财产",
        "summary": "什么归两个人",
        "question": "",
        "division": PROVINCE,
        "audience": [VILLAGE],
        "audience_roles": [],
        "audience_groups": [],
        "topics": [],
        "case_category": "",
        "body": typed(BODY),
        "lessons": inline_formset([]),
        "recording": "",
        "video": "",
        "pinned_until": "",
        "go_live_at": "",
        "expire_at": "",
        **values,
    }
    several = {name: filled.pop(name) for name in ("audience", "audience_roles", "audience_groups", "topics")}
    data = {**nested_form_data(filled), **several}
    if action:
        data[f"action-{action}"] = "1"
    return data


def translation_form(item: ContentItem, *, action: str = "", **values: Any) -> dict[str, Any]:
    """What the editor's form of another language sends."""
    filled = {
        "item": item.pk,
        "language": "bo",
        "title": "另一种语言的标题",
        "summary": "摘要",
        "question": "",
        "recording": "",
        "body": typed(BODY[:2]),
        "go_live_at": "",
        "expire_at": "",
        **values,
    }
    data: dict[str, Any] = nested_form_data(filled)
    if action:
        data[f"action-{action}"] = "1"
    return data


def open_elsewhere() -> Office:
    """An office of another prefecture, whose people have the same groups; named as those of `open_office` with 2."""
    for code, name in ((ELSEWHERE_PREFECTURE, "绵阳市"), (ELSEWHERE, "涪城区")):
        level = rules.level_of(code)
        Division.objects.create(code=code, name=name, level=level, full_name=f"四川省 {name}")
    first, second, third = REVIEWERS
    return Office(
        editor=hire("editor2", EDITORS, works_for=ELSEWHERE_PREFECTURE),
        reviewer=hire("reviewer2", first, works_for=ELSEWHERE_PREFECTURE),
        second=hire("second2", second, works_for=ELSEWHERE_PREFECTURE),
        third=hire("third2", third, works_for=ELSEWHERE_PREFECTURE),
        both=hire("both2", EDITORS, *REVIEWERS, works_for=ELSEWHERE_PREFECTURE),
        supervisor=hire("supervisor2", SUPERVISORS, works_for=ELSEWHERE_PREFECTURE),
        root=hire("root2", is_superuser=True),
        chief=hire("chief2", *REVIEWERS, is_superuser=True, works_for=ELSEWHERE_PREFECTURE),
    )
