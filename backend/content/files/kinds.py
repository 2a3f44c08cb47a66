"""What an item may have by its kind, and its window: what can be told from the item alone.

What a kind must have is asked before the review (backend.content.checks): a draft may lack it.
"""

from collections.abc import Iterator
from datetime import datetime

from backend.content.files.entries import Item

#: A field that only one kind has, and what it is called.
_BELONGS = {
    "lessons": ("course", "课时"),
    "category": ("case", "案例要素"),
    "question": ("qa", "提问"),
    "video": ("video", "视频"),
}
#: Where a field stands under another name.
_PLACES = {"category": "case"}


def faults(item: Item, now: datetime) -> Iterator[tuple[int, str]]:
    """Line and Chinese sentence of each fault."""
    for name, (kind, label) in _BELONGS.items():
        place = _PLACES.get(name, name)
        if item.kind != kind and getattr(item, name):
            yield item.line(place), f"这一类内容没有 {place}（{label}）"
    if item.kind == "topic" and item.topics:
        yield item.line("topics"), "专题不能属于另一个专题"
    if not item.division:
        yield 1, "缺少 division（发布单位所在区划的 12 位代码）"
    yield from _window(item, now)


def _window(item: Item, now: datetime) -> Iterator[tuple[int, str]]:
    if item.expire_at is None:
        return
    if item.expire_at <= now:
        yield item.line("expire_at"), "到期时间已经过去，不会有人看到；请改期或者删去这一行"
    if item.go_live_at and item.expire_at <= item.go_live_at:
        yield item.line("expire_at"), "到期时间应晚于上线时间"
