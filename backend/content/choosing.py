"""Choosing published items for a body or a course: those that readers see, of any region, and no drafts of anyone.

And which files they show: whoever writes may choose them too, of whatever office they are.
"""

from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, Replace
from django.utils.functional import cached_property
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.widgets import AdminSnippetChooser


def published(kind: str = "") -> QuerySet[Any]:
    """What readers see, of a kind where one is named; courses and topics stand in no body and in no course."""
    from backend.content.models import ContentItem  # noqa: PLC0415 - blocks are made before models

    rows: QuerySet[Any] = ContentItem.objects.filter(live=True).exclude(
        kind__in=[ContentItem.Kind.COURSE, ContentItem.Kind.TOPIC]
    )
    return rows.filter(kind=kind) if kind else rows


def shown_files() -> QuerySet[Any, Any]:
    """The ids of the files that live items and translations refer to, in their fields and in their bodies.

    Wagtail keeps what each row refers to whenever it is saved. Rows are what readers see; drafts are in none.
    """
    from wagtail.models import ReferenceIndex  # noqa: PLC0415 - see above

    from backend.content.models import ContentItem, ContentTranslation  # noqa: PLC0415 - see above
    from media.models import MediaFile  # noqa: PLC0415 - see above

    live = {ContentItem: Q(live=True), ContentTranslation: Q(live=True, item__live=True)}
    of_live = Q(pk__in=[])
    for model, condition in live.items():
        keys = model.objects.filter(condition).annotate(key=Cast("pk", CharField())).values("key")
        of_live |= Q(base_content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    used = ReferenceIndex.objects.filter(of_live, to_content_type=ContentType.objects.get_for_model(MediaFile))
    # Without hyphens the text is what SQLite stores of an id, and PostgreSQL reads it.
    files: QuerySet[Any, Any] = used.values(file=Cast(Replace("to_object_id", Value("-"), Value("")), UUIDField()))
    return files


class PublishedChooser(AdminSnippetChooser):
    """The button that opens the chooser; it shows no title of what was never published."""

    show_edit_link = False

    def __init__(self, kind: str = "", **options: Any) -> None:
        from backend.content.models import ContentItem  # noqa: PLC0415 - see above

        self.kind = kind
        super().__init__(model=ContentItem, **options)

    def get_chooser_modal_url(self) -> str:
        """The window, with the kind that is asked for."""
        address: str = super().get_chooser_modal_url()
        return f"{address}?kind={self.kind}" if self.kind else address

    def get_instance(self, value: Any) -> Any:
        """The item of this key, if readers have ever seen it; None for anything else."""
        if value is None:
            return None
        key = getattr(value, "pk", value)
        try:
            return self.model.objects.filter(pk=key, first_published_at__isnull=False).first()
        except (TypeError, ValueError, OverflowError):
            return None


class CaseChooserBlock(SnippetChooserBlock):
    """A case that readers see."""

    def deconstruct(self) -> tuple[str, Any, Any]:
        """In migrations it is Wagtail's block: what is stored is the same."""
        _, args, kwargs = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", args, kwargs

    @cached_property
    def widget(self) -> PublishedChooser:
        """The button that opens the chooser of cases."""
        return PublishedChooser("case", icon="doc-full-inverse")

    @cached_property
    def field(self) -> "forms.ModelChoiceField[Any]":
        """Takes only what the chooser offers."""
        return forms.ModelChoiceField(
            queryset=published("case"),
            widget=self.widget,
            required=self._required,
            error_messages={"invalid_choice": "请选择一个已经发布的案例"},
        )

    def value_from_form(self, value: Any) -> Any:
        """The case of the key that was sent; None for what readers have never seen."""
        return self.widget.get_instance(value)
