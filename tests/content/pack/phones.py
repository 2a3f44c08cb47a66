"""What the tests of packs do: publish, translate, and carry phones that apply packs as documented."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image

from backend.accounts.models import User
from backend.content.models import ContentItem, ContentTranslation
from backend.regions.models import Division
from media.models import MediaFile, Rendition
from media.services import store_picture
from tests.conftest import Ask

Publish = Callable[..., ContentItem]
_API = Path(__file__).parents[3] / "docs" / "api.md"
#: The documented query.
QUERY = re.findall(r"```graphql\n(query Pack.*?)```", _API.read_text(encoding="utf-8"), re.DOTALL)[0]


def retarget(item: ContentItem, *audience: str, **values: Any) -> None:
    """Publish a new version for others."""
    fresh = ContentItem.objects.get(pk=item.pk)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.audience = list(Division.objects.filter(code__in=audience))
    fresh.save_revision().publish(skip_permission_checks=True)


def translate(item: ContentItem, language: str = "bo", title: str = "བོད་ཡིག") -> ContentTranslation:
    text, _ = ContentTranslation.objects.get_or_create(
        item=item, language=language, defaults={"title": title, "summary": "…", "body": []}
    )
    text.title = title
    text.save_revision().publish(skip_permission_checks=True)
    text.refresh_from_db()
    return text


def taken(ask: Ask, viewer: User | None, since: str | None = None, first: int = 200) -> dict[str, Any]:
    """One pack by the documented query."""
    answer = ask(QUERY, viewer, since=since, first=first)
    assert "errors" not in answer, answer
    return dict(answer["data"]["contentPack"])


def titles(answer: dict[str, Any]) -> list[str]:
    return [entry["item"]["title"] for entry in answer["entries"]]


def everything(ask: Ask, viewer: User | None, first: int = 200) -> dict[str, Any]:
    """What a phone has that begins now."""
    return Phone(viewer).sync(ask, first).items


class Phone:
    """Applies packs as documented."""

    def __init__(self, viewer: User | None) -> None:
        self.viewer = viewer
        self.cursor: str | None = None
        self.items: dict[str, Any] = {}

    def sync(self, ask: Ask, first: int = 200) -> "Phone":
        while self.step(ask, first):
            pass
        return self

    def step(self, ask: Ask, first: int) -> bool:
        """Whether there is more."""
        answer = taken(ask, self.viewer, self.cursor, first)
        if answer["reset"]:
            self.items = {}
        for gone in answer["deleted"]:
            self.items.pop(gone, None)
        for entry in answer["entries"]:
            if entry["item"]:
                self.items[entry["item"]["id"]] = entry["item"]
        self.cursor = answer["cursor"]
        return bool(answer["hasMore"])


def picture(owner: User, purpose: str = "picture") -> MediaFile:
    data = BytesIO()
    Image.new("RGB", (64, 36), "teal").save(data, "PNG")
    return store_picture(owner=owner, purpose=purpose, data=data.getvalue() + uuid4().bytes)


def sound(owner: User, purpose: str) -> MediaFile:
    """A checked recording or video, without its bytes."""
    kind = "audio/mpeg" if purpose == "recording" else "video/mp4"
    file = MediaFile.objects.create(owner=owner, purpose=purpose, state="ready", content_type=kind, size=99)
    sizes = {} if purpose == "recording" else {"width": 640, "height": 360}
    key = f"public/{uuid4().hex}"
    Rendition.objects.create(media=file, key=key, content_type=kind, duration_ms=61_000, size=1_000, **sizes)
    return file
