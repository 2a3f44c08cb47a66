"""An editorial office, what it writes and how its console is used: for the tests of content and of the console."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, streamfield

from backend.accounts.models import User
from backend.console.setup import SUPERVISORS, ensure_groups
from backend.content.models import ContentCitation, ContentItem
from backend.content.services import EDITORS, REVIEWERS, ensure_editorial_setup
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


@dataclass
class Office:
    """Who works there. `both` writes and reviews; `root` is a superuser in no group."""

    editor: User
    reviewer: User
    second: User
    both: User
    supervisor: User
    root: User


def open_office() -> Office:
    """Set the console up and hire everyone."""
    _restore_console_permission()
    ensure_editorial_setup()
    ensure_groups()
    return Office(
        editor=hire("editor", EDITORS),
        reviewer=hire("reviewer", REVIEWERS),
        second=hire("second", REVIEWERS),
        both=hire("both", EDITORS, REVIEWERS),
        supervisor=hire("supervisor", SUPERVISORS),
        root=hire("root", is_superuser=True),
    )


def _restore_console_permission() -> None:
    """Tests with real transactions empty every table; this row comes from a migration of Wagtail's."""
    kind, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    Permission.objects.get_or_create(
        content_type=kind, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )


def hire(username: str, *groups: str, **values: Any) -> User:
    """A member of staff. Without a password: hashing one takes longer than most tests."""
    user = User.objects.create_user(username, nickname=f"{username}的名字", **values)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def enact() -> dict[int, Article]:
    """Two articles of the Civil Code, by number."""
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
    """An item with one revision, not submitted."""
    item = ContentItem(title=title, summary="什么归两个人", author=author, **{"body": BODY, **values})
    item.audience = list(Division.objects.filter(code__in=audience or [VILLAGE]))
    item.save()
    item.save_revision(user=author)
    return item


def publish(author: User, *audience: str, **values: Any) -> ContentItem:
    """An item that readers see, published as the last approval does it."""
    item = draft(author, *audience, **values)
    item.latest_revision.publish(skip_permission_checks=True)
    item.refresh_from_db()
    return item


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


def submit(item: ContentItem, by: User) -> Any:
    """Submit the newest version to the review; the stage in progress."""
    return item.get_workflow().start(item, by).current_task_state


def at_desk(user: User) -> Client:
    """The user's browser, signed in."""
    client = Client()
    client.force_login(user)
    return client


def address(view: str, *arguments: Any) -> str:
    """The console's address of a view of content."""
    return reverse(ContentItem.snippet_viewset.get_url_name(view), args=arguments)


def editor_form(*, action: str = "", **values: Any) -> dict[str, Any]:
    """What the editor's form sends."""
    filled = {
        "title": "夫妻共同财产",
        "summary": "什么归两个人",
        "audience": [VILLAGE],
        "body": streamfield(BODY),
        "go_live_at": "",
        "expire_at": "",
        **values,
    }
    audience = filled.pop("audience")
    data = nested_form_data(filled)
    data["audience"] = audience
    if action:
        data[f"action-{action}"] = "1"
    return data
