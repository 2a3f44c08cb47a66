"""Choosing divisions in the console: a box that searches while one types, since 37,728 options fit into no list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from backend.regions import selectors
from backend.regions.models import Division

SUGGESTIONS = 20
_LEVELS = {str(level) for level in Division.Level.values}

#: A key that no row has, and that any database can be asked for.
NOBODYS = "-"


def _is_possible(key: Any, rows: QuerySet[Model]) -> bool:
    """Whether a row could have this key: a number in range, or a text that is short enough and without NUL."""
    try:
        rows.model._meta.pk.clean(key, None)  # noqa: SLF001 - Django's documented model API
    except (ValidationError, TypeError, ValueError):
        return False
    return "\0" not in str(key)


class TypeAhead(forms.Widget):
    """Chooses rows of a model by typing part of a name.

    The suggestions come from the address named `url_name` as `{"results": [{"id", "label"}]}`; the field's queryset
    names what is chosen and checks what is sent. Works for ModelChoiceField and, with `multiple`, for
    ModelMultipleChoiceField.
    """

    template_name = "regions/type_ahead.html"

    class Media:
        js = ["regions/type_ahead.js"]
        css = {"all": ["regions/type_ahead.css"]}

    def __init__(
        self,
        *,
        url_name: str,
        parameters: str = "",
        multiple: bool = False,
        placeholder: str,
        attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs)
        self.url_name = url_name
        self.parameters = parameters
        self.multiple = multiple
        self.placeholder = placeholder
        self.choices: Any = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template shows: the rows chosen so far, by name."""
        context = super().get_context(name, value, attrs)
        query = f"?{self.parameters}" if self.parameters else ""
        context["widget"].update(
            chosen=self._chosen(value),
            multiple=self.multiple,
            placeholder=self.placeholder,
            url=f"{reverse(self.url_name)}{query}",
        )
        return context

    def _chosen(self, value: Any) -> list[tuple[str, str]]:
        keys = [key for key in (value if isinstance(value, list | tuple) else [value]) if key not in (None, "")]
        rows: QuerySet[Model] | None = getattr(self.choices, "queryset", None)
        if not keys or rows is None:
            return []
        possible = [key for key in keys if _is_possible(key, rows)]
        found = {str(row.pk): str(row) for row in rows.filter(pk__in=possible)}
        return [(str(key), found[str(key)]) for key in keys if str(key) in found]

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> Any:
        """The keys that were sent; in the place of what can be no key, one that is nobody's."""
        if self.multiple and hasattr(data, "getlist"):
            return [self._askable(key) for key in data.getlist(name)]
        return self._askable(data.get(name))

    def _askable(self, key: Any) -> Any:
        """Django asks the database for whatever is sent, which refuses what is out of its range."""
        rows: QuerySet[Model] | None = getattr(self.choices, "queryset", None)
        return key if key in (None, "") or rows is None or _is_possible(key, rows) else NOBODYS

    def value_omitted_from_data(self, _data: Mapping[str, Any], _files: Any, _name: str) -> bool:
        """Choosing nothing sends nothing, and means nothing was chosen."""
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:  # noqa: ARG002 - Django's signature
        """The text box is what the label points at."""
        return id_


def division_chooser(*, multiple: bool = False, villages: bool = False) -> TypeAhead:
    """A box for divisions of any level, or for villages only."""
    return TypeAhead(
        url_name="console_divisions",
        parameters=f"level={Division.Level.VILLAGE.value}" if villages else "",
        multiple=multiple,
        placeholder="输入名称查找，如“木兰镇”或“新都 木兰”",
    )


def division_suggestions(request: HttpRequest) -> JsonResponse:
    """Divisions by what people call them (`q`), of `level` where that is given, best first."""
    level = request.GET.get("level", "")
    text = request.GET.get("q", "").replace("\0", "")[: selectors.MAX_TEXT]
    found = selectors.search(text, level=int(level) if level in _LEVELS else None, limit=SUGGESTIONS)
    results = [{"id": row.code, "label": str(row), "hint": row.get_level_display()} for row in found]
    return JsonResponse({"results": results})
