"""Fields of the editor that Django has not: sets of bits as check boxes, and the facts of a case by its category."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from backend.content import cases


def labels_of(bits: type[models.IntegerChoices], value: int) -> list[str]:
    """The names of the bits that are set."""
    return [label for bit, label in bits.choices if value & bit]


class BitsField(forms.MultipleChoiceField):
    """A set of bits as check boxes; worth their sum. None chosen is 0, which means everyone."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, bits: type[models.IntegerChoices], **options: Any) -> None:
        self._bits = bits
        super().__init__(choices=bits.choices, required=False, help_text="都不选表示不限。", **options)

    def prepare_value(self, value: Any) -> Any:
        """From a sum to the boxes that are checked."""
        return [str(bit) for bit in self._bits.values if value & bit] if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        """The sum. Raises ValidationError for a bit that does not exist."""
        return sum({int(bit) for bit in super().clean(value)})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other boxes are checked than before."""
        return set(self.prepare_value(initial or 0)) != set(data or [])


class FactsInput(forms.Widget):
    """One box for each fact of each category; a script shows those of the chosen category, and only they are read."""

    template_name = "content/facts_input.html"
    category_name = "case_category"

    class Media:
        js = ("content/kinds.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template shows. A fact that two categories have keeps its words when the category changes."""
        context = super().get_context(name, value, attrs)
        given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        context["widget"]["groups"] = [
            {
                "category": category,
                "label": label,
                "facts": [
                    {"name": f"{name}-{category}-{fact.name}", "fact": fact, "value": given.get(fact.name, "")}
                    for fact in cases.facts_of(category)
                ],
            }
            for category, label in cases.CATEGORIES
        ]
        context["widget"]["limit"] = cases.MAX_FACT_CHARACTERS
        return context

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> dict[str, str]:
        """The facts of the category that was sent with them, those left empty not among them."""
        category = data.get(self.category_name, "")
        typed = {fact.name: data.get(f"{name}-{category}-{fact.name}", "") for fact in cases.facts_of(category)}
        return {fact: text.strip() for fact, text in typed.items() if text.strip()}

    def value_omitted_from_data(self, _data: Any, _files: Any, _name: str) -> bool:
        """Nothing typed means that there are no facts."""
        return False


class FactsField(forms.Field):
    """The facts of a case. What a category asks for is checked at submission; here only what cannot be stored."""

    widget = FactsInput

    def clean(self, value: Any) -> dict[str, str]:
        """Raises ValidationError for what is too long."""
        facts: dict[str, str] = super().clean(value) or {}
        if any(len(text) > cases.MAX_FACT_CHARACTERS for text in facts.values()):
            raise ValidationError(f"每一项案例要素不能超过 {cases.MAX_FACT_CHARACTERS} 字")
        return facts

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other facts are told than before."""
        return (initial or {}) != (data or {})
