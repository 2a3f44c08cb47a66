"""Accounts of people who have acted are kept: without them nobody could tell any more who did it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import CASCADE, ForeignObjectRel
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.users.views.bulk_actions import DeleteBulkAction

from backend.accounts.models import User

#: More names than this a message does not tell.
_NAMED = 5
#: What a reader reports is worth keeping without the reader's name.
_NAMELESS = {("content.ErrorReport", "user")}


def who_acted(people: Iterable[User]) -> list[User]:
    """Those of them whom something names that would outlive them: a version, a decision, an entry of the log.

    What goes with an account, such as its bookmarks, does not count; so a relation that is added later counts
    unless it says that it goes too.
    """
    keys = {person.pk: person for person in people}
    found: set[Any] = set()
    for relation in _outliving():
        field = relation.field
        rows = relation.related_model._base_manager.filter(**{f"{field.name}__in": list(keys)})  # noqa: SLF001 - documented
        found.update(rows.values_list(field.attname, flat=True).distinct())
    return [person for key, person in keys.items() if key in found]


def _outliving() -> list[ForeignObjectRel]:
    """The relations to people whose rows stay, or stop the deletion, when the person goes."""
    return [
        relation
        for relation in User._meta.get_fields(include_hidden=True)  # noqa: SLF001 - documented
        if isinstance(relation, ForeignObjectRel)
        and (relation.one_to_many or relation.one_to_one)
        and relation.on_delete is not CASCADE
        and (relation.related_model._meta.label, relation.field.name) not in _NAMELESS  # noqa: SLF001 - documented
    ]


def keep_who_acted(request: HttpRequest, person: User) -> HttpResponse | None:
    """Wagtail's hook before it deletes one account, and before it asks whether to."""
    return _refused(request, [person])


class DeletePeople(DeleteBulkAction):
    """Wagtail's deletion of many accounts at once."""

    def prepare_action(self, objects: list[User], objects_without_access: dict[str, Any]) -> HttpResponse | None:
        """Refuse all of them where one has acted; Wagtail would see only what the database protects."""
        refused = _refused(self.request, objects)
        if refused is None:
            super().prepare_action(objects, objects_without_access)
        return refused


def _refused(request: HttpRequest, people: Iterable[User]) -> HttpResponse | None:
    kept = who_acted(people)
    if not kept:
        return None
    names = "、".join(str(person) for person in kept[:_NAMED])
    more = f"等 {len(kept)} 人" if len(kept) > _NAMED else ""
    messages.error(request, f"{names}{more}在系统里有操作记录，不能删除，否则查不到是谁做的。请改为停用。")
    return redirect("wagtailusers_users:index")
