"""Who may come to which text in the console. Wagtail's permissions are per model; ours end at a region's border."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.permission_policies.base import ModelPermissionPolicy

from backend.accounts.selectors import divisions_of
from backend.content.rights import may_see
from backend.regions.conditions import within

#: With any of these rights to a model somebody works with it.
ANY_RIGHT = ("add", "change", "delete", "view")

View = Callable[..., HttpResponse]


class RegionPolicy(ModelPermissionPolicy):
    """Django's permissions, each in the divisions that somebody acts for; but publishing is nobody's.

    Not a superuser's either: the last approval publishes.
    """

    def __init__(self, model: type[Model], path: str = "division") -> None:
        super().__init__(model)
        self.path = path

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person may do it to some content."""
        return action != "publish" and bool(super().user_has_permission(user, action))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether the person may do it to this text."""
        return self.user_has_permission(user, action) and may_see(user, instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """Whether the person may do any of it to this text."""
        return self.user_has_any_permission(user, actions) and may_see(user, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Model]:
        """The texts to which the person may do any of it."""
        rows: QuerySet[Model] = self.model.objects.filter(within(codes_of(user), self.path))
        return rows if self.user_has_any_permission(user, actions) else rows.none()


def codes_of(user: Any) -> list[str]:
    """The divisions that someone acts for; asked once for a person at hand, so once a request."""
    if not hasattr(user, "_content_divisions"):
        user._content_divisions = divisions_of(user)  # noqa: SLF001 - kept where it ends with the request
    codes: list[str] = user._content_divisions  # noqa: SLF001
    return codes


class Guarded:
    """A viewset every view of which is closed to those whose divisions do not hold the text in question.

    A text of elsewhere is not found: nobody learns that it exists. Whatever view Wagtail adds is closed too, since
    all are made by `construct_view`.
    """

    model: ClassVar[type[Model]]
    #: The way from a text to its division.
    path: ClassVar[str] = "division"

    @property
    def permission_policy(self) -> RegionPolicy:
        """See RegionPolicy."""
        return RegionPolicy(self.model, self.path)

    def construct_view(self, view_class: Any, **kwargs: Any) -> View:
        """Wagtail's view behind the guard."""
        return self._guarded(super().construct_view(view_class, **kwargs))  # type: ignore[misc]  # a mixin

    def of_person(self, user: Any) -> QuerySet[Any]:
        """The texts of the divisions that somebody acts for."""
        rows: QuerySet[Any] = self.model._default_manager.filter(within(codes_of(user), self.path))  # noqa: SLF001
        return rows

    def _guarded(self, view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.permission_policy.user_has_any_permission(request.user, ANY_RIGHT):
                raise PermissionDenied
            if "pk" in kwargs and not self.of_person(request.user).filter(pk=_key(kwargs["pk"])).exists():
                raise Http404
            return view(request, *args, **kwargs)

        return guarded


def _key(text: Any) -> int:
    """The number in an address. Raises Http404 for what is none."""
    try:
        return int(unquote(str(text)))
    except ValueError:
        raise Http404 from None
