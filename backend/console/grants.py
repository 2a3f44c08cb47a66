"""Who acts for which division: the roles of staff, given and taken by those who keep the system.

What somebody may do say the groups; where, these.
"""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permission_policies.base import ModelPermissionPolicy

from backend.accounts.models import RoleGrant
from backend.accounts.services import grant_role, withdraw_role
from backend.errors import Refusal
from backend.regions.console import TypeAhead, division_chooser


class GrantPolicy(ModelPermissionPolicy):
    """Roles are given and taken, never rewritten: not by a superuser either."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person may do it to roles."""
        return action != "change" and bool(super().user_has_permission(user, action))


class GrantView(generic.CreateView):
    """A role for a person, by the service that gives them."""

    def save_instance(self) -> RoleGrant:
        """Give it. Raises a Refusal."""
        values = self.form.cleaned_data
        grant = grant_role(**{name: values[name] for name in ("user", "role", "division")})
        log(instance=grant, action="wagtail.create", content_changed=True)
        return grant

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Save; what the domain refuses is an error of the field at fault."""
        try:
            answer: HttpResponseBase = super().form_valid(form)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.message)
            self.produced_error_message = self.get_error_message()
            answer = self.form_invalid(form)
        return answer

    def get_success_buttons(self) -> list[Any]:
        """There is nothing to edit."""
        return []


class WithdrawGrantView(generic.DeleteView):
    """Takes a role from a person, by the service that does it."""

    def delete_action(self) -> None:
        """Take it; what was done stays in the log."""
        with transaction.atomic():
            log(instance=self.object, action="wagtail.delete")
            withdraw_role(user=self.object.user, role=RoleGrant.Role(self.object.role), division=self.object.division)


class GrantViewSet(ModelViewSet):
    """/console/role-grants/."""

    model = RoleGrant
    name = "role_grants"
    url_prefix = "role-grants"
    icon = "key"
    menu_label = "工作区划"
    menu_name = "role-grants"
    menu_order = 650
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields: ClassVar[list[str]] = ["user", "role", "division"]
    add_view_class = GrantView
    delete_view_class = WithdrawGrantView
    list_display: ClassVar[list[Any]] = [
        "user",
        Column("role", label="角色", accessor="get_role_display"),
        Column("division", label="区划"),
    ]
    list_filter: ClassVar[list[str]] = ["role"]
    search_fields: ClassVar[list[str]] = ["user__nickname", "user__username", "division__full_name"]
    search_backend_name = None
    ordering: ClassVar[list[str]] = ["-pk"]
    edit_handler = ObjectList(
        [
            FieldPanel("user", widget=TypeAhead(url_name="console_people", placeholder="输入称呼或完整手机号查找")),
            FieldPanel("role"),
            FieldPanel("division", widget=division_chooser()),
        ]
    )

    @property
    def permission_policy(self) -> GrantPolicy:
        """See GrantPolicy."""
        return GrantPolicy(self.model)

    def get_queryset(self, _request: HttpRequest) -> QuerySet[RoleGrant]:
        """With the people and the divisions."""
        return RoleGrant.objects.select_related("user", "division")
