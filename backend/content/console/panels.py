"""Panels of the editor that Wagtail has not, and how their fields are compared between versions."""

from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail.admin.compare import FieldComparison
from wagtail.admin.panels import FieldPanel, Panel

from backend.accounts.models import PeopleGroup, ReaderRole
from backend.content import cases
from backend.content.console.fields import labels_of
from backend.content.submission import checked


class WordsComparison(FieldComparison):
    """Compares what two values say to people; `told` has the words of one."""

    def told(self, value: Any) -> str:
        """The value in words."""
        raise NotImplementedError

    def htmldiff(self) -> SafeString:
        """The old words and the new."""
        pairs = [("deletion", self.told(self.val_a)), ("addition", self.told(self.val_b))]
        return format_html_join("", '<span class="{}">{}</span>', pairs)


class RolesComparison(WordsComparison):
    """Sets of roles of readers."""

    def told(self, value: Any) -> str:
        """Their names."""
        return "、".join(labels_of(ReaderRole, value)) or "不限"


class GroupsComparison(WordsComparison):
    """Sets of groups of people."""

    def told(self, value: Any) -> str:
        """Their names."""
        return "、".join(labels_of(PeopleGroup, value)) or "不限"


class FactsComparison(WordsComparison):
    """The facts of a case. Their names come from all categories, since the category may have changed too."""

    def told(self, value: Any) -> str:
        """Each with its label."""
        known = {fact.name: fact.label for category, _ in cases.CATEGORIES for fact in cases.facts_of(category)}
        return "；".join(f"{known.get(name, name)}：{text}" for name, text in (value or {}).items()) or "（空）"


class ComparedPanel(FieldPanel):
    """A field's panel with a comparison of its own."""

    def __init__(self, field_name: str, comparison: type[FieldComparison], **options: Any) -> None:
        super().__init__(field_name, **options)
        self.comparison = comparison

    def clone_kwargs(self) -> dict[str, Any]:
        """Wagtail's way to copy a panel."""
        return {**super().clone_kwargs(), "comparison": self.comparison}

    def get_comparison_class(self) -> type[FieldComparison]:
        """How versions are compared."""
        return self.comparison


class UploadPanel(FieldPanel):
    """A field of the form that is no field of the model: no version has it."""

    def get_comparison_class(self) -> None:
        """Not compared; what becomes of the upload is."""

    class BoundPanel(FieldPanel.BoundPanel):
        """Shown like any field."""

        def get_comparison(self) -> list[Any]:
            """Nothing."""
            return []


class ComparedOnly(FieldPanel):
    """A field of the model that nobody types, in the comparison of versions alone."""

    def get_form_options(self) -> dict[str, Any]:
        """No field of the form."""
        return {}

    class BoundPanel(FieldPanel.BoundPanel):
        """Not shown in the editor."""

        def is_shown(self) -> bool:
            """Never."""
            return False


class ChecksPanel(Panel):
    """The content check of the newest version, at the top of its editor."""

    class BoundPanel(Panel.BoundPanel):
        """With what was found."""

        template_name = "content/checks_panel.html"

        def is_shown(self) -> bool:
            """Once there is a version to look through."""
            return bool(self.instance.pk) and self.request is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """What the template shows."""
            return {**super().get_context_data(parent_context), "check": checked(self.instance)}
