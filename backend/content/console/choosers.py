"""The window in which writers choose a published item: for a course, or a case for a body."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import chooser

from backend.content.choosing import published
from backend.content.models import ContentItem

#: Who writes may choose.
NEEDED = (
    "content.add_contentitem",
    "content.change_contentitem",
    "content.add_contenttranslation",
    "content.change_contenttranslation",
)
_KEY_DIGITS = 18


class TitleFilter(BaseFilterForm):
    """Finds items by words of their titles."""

    q = forms.CharField(
        label="标题",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "输入标题中的字"}),
    )

    def filter(self, objects: QuerySet[ContentItem]) -> QuerySet[ContentItem]:
        """Those whose title holds each word."""
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        for word in self.search_query.replace("\0", " ").split():
            objects = objects.filter(title__icontains=word)
        return objects


class _Published:
    """What the window's views share: only writers come in, and only to what readers see."""

    request: HttpRequest
    filter_form_class = TitleFilter
    preserve_url_parameters = ("multiple", "kind")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not any(request.user.has_perm(right) for right in NEEDED):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        return answer

    def get_object_list(self) -> QuerySet[ContentItem]:
        kind = self.request.GET.get("kind", "")
        return published(kind if kind in ContentItem.Kind.values else "").select_related("division").order_by("-pk")

    def get_object(self, pk: str) -> ContentItem:
        return self.get_objects([pk]).get()

    def get_objects(self, pks: list[str]) -> QuerySet[ContentItem]:
        return published().filter(pk__in=[key for key in pks if key.isdecimal() and len(key) < _KEY_DIGITS])

    def get_edit_item_url(self, _instance: ContentItem) -> None:
        return None

    def can_create(self) -> bool:
        return False


class _List(_Published):
    """The list inside the window."""

    @property
    def columns(self) -> list[Column]:
        title = super().columns[0]  # type: ignore[misc]  # a mixin
        kind = Column("kind", label="类型", accessor="get_kind_display")
        return [title, kind, Column("division", label="发布单位所在区划")]


class ChooseView(_List, chooser.ChooseView):
    """The window."""


class ChooseResultsView(_List, chooser.ChooseResultsView):
    """The list alone, for another page or other words."""


class ChosenView(_Published, chooser.SnippetChosenView):
    """One item was chosen."""


class ChosenMultipleView(_Published, chooser.SnippetChosenMultipleView):
    """Several items were chosen."""


class CreateView(_Published, chooser.SnippetCreateView):
    """Nothing is made here."""


class PublishedChooserViewSet(chooser.SnippetChooserViewSet):
    """The window of published items."""

    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView


class _Closed:
    """Translations stand in no body: nobody chooses one."""

    def dispatch(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        raise PermissionDenied


class ClosedChooserViewSet(chooser.SnippetChooserViewSet):
    """Wagtail makes a window for every snippet; this one stays shut."""

    choose_view_class = type("ChooseView", (_Closed, chooser.ChooseView), {})
    choose_results_view_class = type("ChooseResultsView", (_Closed, chooser.ChooseResultsView), {})
    chosen_view_class = type("ChosenView", (_Closed, chooser.SnippetChosenView), {})
    chosen_multiple_view_class = type("ChosenMultipleView", (_Closed, chooser.SnippetChosenMultipleView), {})
    create_view_class = type("CreateView", (_Closed, chooser.SnippetCreateView), {})
