"""The box that finds an item by its title while one types, among those that one works with."""

from django.http import HttpRequest, JsonResponse

from backend.content.console.guard import codes_of
from backend.content.models import ContentItem
from backend.regions.conditions import within
from backend.regions.console import TypeAhead

_SHOWN = 20
_LONGEST = 80


def item_chooser() -> TypeAhead:
    """The box."""
    return TypeAhead(url_name="console_items", placeholder="输入标题中的字查找")


def item_suggestions(request: HttpRequest) -> JsonResponse:
    """The newest items of one's own divisions whose title holds `q`; nothing for those who do not write."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    rows = ContentItem.objects.none()
    if words and request.user.has_perm("content.change_contenttranslation"):
        rows = ContentItem.objects.filter(within(codes_of(request.user)), title__icontains=words).order_by("-pk")
    results = [{"id": str(row.pk), "label": row.title, "hint": row.get_kind_display()} for row in rows[:_SHOWN]]
    return JsonResponse({"results": results})
