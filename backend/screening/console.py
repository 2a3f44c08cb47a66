"""The list of sensitive words in the console."""

from typing import Any

from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from backend.screening.models import SensitiveWord


class CreateView(generic.CreateView):
    """A new word, with the name of whoever adds it."""

    def save_instance(self) -> SensitiveWord:
        """Save the word."""
        self.form.instance.added_by = self.request.user
        word: SensitiveWord = super().save_instance()
        return word


class EditView(generic.EditView):
    """Another level or note for a word."""

    def get_usage_url(self) -> None:
        """Nothing refers to a word."""


class SensitiveWordViewSet(ModelViewSet):
    """The list under /console/sensitive-words/."""

    model = SensitiveWord
    name = "sensitive_words"
    url_prefix = "sensitive-words"
    icon = "warning"
    menu_label = "敏感词"
    menu_name = "sensitive-words"
    menu_order = 140
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = CreateView
    edit_view_class = EditView
    panels = (FieldPanel("word"), FieldPanel("level"), FieldPanel("note"))
    list_display = (
        "word",
        "level",
        "note",
        Column("added_by", label="添加人"),
        DateColumn("updated_at", label="更新时间", sort_key="updated_at"),
    )
    list_filter = ("level",)
    search_fields = ("word", "note")
    search_backend_name = None
    ordering = ("word",)

    def get_queryset(self, _request: Any) -> Any:
        """The words, with who added them."""
        return SensitiveWord.objects.select_related("added_by")
