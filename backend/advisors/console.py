"""Advisors and appointments in the console. What the domain decides, its services decide here too."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.generic import TemplateView
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.permission_policies.base import ModelPermissionPolicy

from backend.accounts.models import User
from backend.accounts.rules import normalise_phone
from backend.advisors.models import Advisor, Appointment
from backend.advisors.rules import check_period
from backend.advisors.selectors import today
from backend.advisors.services import appoint_advisor, end_appointment, set_licence
from backend.errors import Refusal
from backend.regions.console import SUGGESTIONS, TypeAhead, division_chooser

REASON_CHARACTERS = 200
#: Longer than any name, office or number that is searched for.
MAX_TEXT = 100
#: The action under which an appointment's end stands in its history.
ENDED = "advisors.end_appointment"
_FORM_FIELDS = {"startsOn": "starts_on", "endsOn": "ends_on"}


class AdvisorForm(WagtailAdminModelForm):
    """An advisor's entry. A licence that stops being active needs its reason, since it ends every appointment."""

    licence_reason = forms.CharField(
        label="执业状态变更理由",
        max_length=REASON_CHARACTERS,
        required=False,
        help_text="停止执业或吊销会立即结束这位顾问的全部聘任，理由留在每份聘任里。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An advisor stays the person that they are; a new one has nothing to give a reason for.
        self.fields.pop("user" if self.instance.pk else "licence_reason", None)

    def clean(self) -> dict[str, Any]:
        """A changed licence comes with a reason."""
        super().clean()
        changed = self.instance.pk and "licence" in self.changed_data
        if changed and not self.cleaned_data.get("licence_reason", "").strip():
            self.add_error("licence_reason", "请填写执业状态变更的理由")
        cleaned: dict[str, Any] = self.cleaned_data
        return cleaned


class AdvisorCreateView(generic.CreateView):
    """A new advisor."""

    def get_success_buttons(self) -> list[Any]:
        """None: the list has them."""
        return []


class AdvisorEditView(generic.EditView):
    """An advisor's entry."""

    def save_instance(self) -> Advisor:
        """Save the entry; a change of the licence goes through its service."""
        licence = self.form.cleaned_data["licence"]
        changed = "licence" in self.form.changed_data
        if changed:
            self.form.instance.licence = self.form.initial["licence"]
        advisor: Advisor = super().save_instance()
        if changed:
            set_licence(advisor=advisor, licence=licence, reason=self.form.cleaned_data["licence_reason"].strip())
            advisor.licence = licence
        return advisor


class AdvisorViewSet(ModelViewSet):
    """/console/advisors/."""

    model = Advisor
    name = "advisors"
    icon = "user"
    menu_label = "法律顾问"
    menu_name = "advisors"
    menu_order = 200
    add_to_admin_menu = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_display = ["__str__", "kind", "licence_number", "licence"]
    list_filter = ["kind", "licence"]
    search_fields = ["user__nickname", "office", "licence_number"]
    search_backend_name = None
    ordering = "-pk"
    add_view_class = AdvisorCreateView
    edit_view_class = AdvisorEditView

    edit_handler = ObjectList(
        [
            FieldPanel(
                "user",
                widget=TypeAhead(url_name="console_people", placeholder="输入姓名或完整手机号查找"),
                help_text="本人须先用手机号登录过应用。",
            ),
            FieldPanel("kind"),
            FieldPanel("licence_number"),
            FieldPanel("office"),
            FieldPanel("licence"),
            FieldPanel("licence_reason"),
        ],
        base_form_class=AdvisorForm,
    )


class AppointmentPolicy(ModelPermissionPolicy):
    """Appointments are made and ended, never rewritten: not by a superuser either."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person may do it to appointments; "end" is who may change them."""
        if action in {"change", "delete"}:
            return False
        return bool(super().user_has_permission(user, "change" if action == "end" else action))


class AppointmentForm(WagtailAdminModelForm):
    """Who serves which village, and when. The service decides the rest."""

    def clean(self) -> dict[str, Any]:
        """The period is one; said here in words, before the database says it as a constraint."""
        super().clean()
        cleaned: dict[str, Any] = self.cleaned_data
        if "starts_on" in cleaned and "ends_on" in cleaned:
            try:
                check_period(cleaned["starts_on"], cleaned["ends_on"], today())
            except Refusal as refusal:
                self.add_error("ends_on", refusal.message)
        return cleaned


class AppointView(generic.CreateView):
    """A new appointment, by the service that makes them."""

    def save_instance(self) -> Appointment:
        """Appoint. Raises a Refusal."""
        values = self.form.cleaned_data
        fields = ("advisor", "village", "starts_on", "ends_on")
        appointment = appoint_advisor(**{name: values[name] for name in fields})
        log(instance=appointment, action="wagtail.create", content_changed=True)
        return appointment

    def form_valid(self, form: Any) -> HttpResponse:
        """Save; what the domain refuses is an error of the field at fault."""
        try:
            response: HttpResponse = super().form_valid(form)
        except Refusal as refusal:
            field = _FORM_FIELDS.get(refusal.field, refusal.field)
            form.add_error(field if field in form.fields else None, refusal.message)
            self.produced_error_message = self.get_error_message()
            response = self.form_invalid(form)
        return response

    def get_success_buttons(self) -> list[Any]:
        """None: an appointment is not edited."""
        return []


class AppointmentIndexView(generic.IndexView):
    """The list, newest first."""

    def get_list_more_buttons(self, instance: Appointment) -> list[Button]:
        """Wagtail's buttons, and the one that ends an appointment that holds."""
        buttons: list[Button] = super().get_list_more_buttons(instance)
        if instance.state == Appointment.State.ACTIVE and self.user_has_permission("end"):
            url = reverse("appointments:end", args=[instance.pk])
            buttons.append(Button("结束聘任", url=url, icon_name="cross", priority=20))
        return buttons

    def get_base_queryset(self) -> QuerySet[Appointment]:
        """With the names that the list shows."""
        rows: QuerySet[Appointment] = super().get_base_queryset()
        return rows.select_related("advisor__user", "village")


class AppointmentInspectView(generic.InspectView):
    """One appointment with its end and the reason for it."""

    page_title = "查看"

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Wagtail's value, or a dash where there is none."""
        value = super().get_field_display_value(field_name, field)
        return "—" if value in {None, ""} else value


class EndView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks for the reason, then ends the appointment at once."""

    permission_required = "end"
    permission_policy = AppointmentPolicy(Appointment)
    page_title = "结束聘任"
    header_icon = "cross"
    template_name = "advisors/end.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the appointment."""
        super().setup(request, *args, **kwargs)
        self.appointment = get_object_or_404(Appointment.objects.select_related("village", "advisor__user"), **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way back to the list."""
        here = [{"url": reverse("appointments:index"), "label": "聘任"}, {"url": "", "label": self.page_title}]
        return [*self.breadcrumbs_items, *here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "appointment": self.appointment, "next_url": reverse("appointments:index")}

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """End it, or ask again for the reason."""
        reason = request.POST.get("reason", "").strip()[:REASON_CHARACTERS]
        if not reason:
            messages.error(request, "请填写结束聘任的理由")
            return redirect("appointments:end", pk=self.appointment.pk)
        end_appointment(appointment=self.appointment, reason=reason)
        log(instance=self.appointment, action=ENDED, data={"reason": reason})
        messages.success(request, f"{self.appointment} 的聘任已结束")
        return redirect("appointments:index")


class AppointmentViewSet(ModelViewSet):
    """/console/appointments/."""

    model = Appointment
    name = "appointments"
    icon = "date"
    menu_label = "聘任"
    menu_name = "appointments"
    menu_order = 210
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["village", "advisor", "starts_on", "ends_on", "state", "ended_at", "end_reason"]
    add_to_reference_index = False
    list_display = [
        "village",
        Column("advisor", label="法律顾问"),
        "starts_on",
        "ends_on",
        "state",
        Column("end_reason", label="结束原因"),
    ]
    list_filter = ["state"]
    search_fields = ["village__full_name", "advisor__user__nickname", "advisor__office"]
    search_backend_name = None
    ordering = "-pk"
    index_view_class = AppointmentIndexView
    add_view_class = AppointView
    inspect_view_class = AppointmentInspectView

    @property
    def permission_policy(self) -> AppointmentPolicy:
        """See AppointmentPolicy."""
        return AppointmentPolicy(self.model)

    edit_handler = ObjectList(
        [
            FieldPanel("village", widget=division_chooser(villages=True)),
            FieldPanel(
                "advisor",
                widget=TypeAhead(url_name="console_advisors", placeholder="输入姓名、执业机构或执业证号查找"),
            ),
            FieldPanel("starts_on"),
            FieldPanel("ends_on", help_text="开始和结束日期当天都算在聘任期内。"),
        ],
        base_form_class=AppointmentForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        """Wagtail's addresses, and the one that ends an appointment."""
        return [*super().get_urlpatterns(), path("end/<int:pk>/", EndView.as_view(), name="end")]


def people_suggestions(request: HttpRequest) -> JsonResponse:
    """People by part of their name or by their whole phone number, for those who may enter advisors."""
    if not request.user.has_perm("advisors.add_advisor"):
        raise PermissionDenied
    text = _typed(request)
    phone = normalise_phone(text, demo=settings.DEMO_PHONES)
    rows = User.objects.filter(is_active=True).filter(Q(phone=phone) if phone else Q(nickname__contains=text))
    found = rows.order_by("nickname", "pk")[:SUGGESTIONS] if text else []
    return JsonResponse({"results": [_person(row) for row in found]})


def _typed(request: HttpRequest) -> str:
    """What is searched for; without NUL, which PostgreSQL refuses."""
    return request.GET.get("q", "").replace("\0", "").strip()[:MAX_TEXT]


def _person(row: User) -> dict[str, str]:
    """One line; of the phone only what tells two of the same name apart."""
    hint = f"尾号 {row.phone[-4:]}" if row.phone else ""
    return {"id": str(row.pk), "label": row.display_name, "hint": hint}


def advisor_suggestions(request: HttpRequest) -> JsonResponse:
    """Advisors who may be appointed, by part of their name, office or licence number."""
    if not request.user.has_perm("advisors.add_appointment"):
        raise PermissionDenied
    text = _typed(request)
    named = Q(user__nickname__contains=text) | Q(office__contains=text) | Q(licence_number__startswith=text)
    rows = Advisor.objects.filter(named, licence=Advisor.Licence.ACTIVE).select_related("user").order_by("pk")
    found = rows[:SUGGESTIONS] if text else []
    return JsonResponse({"results": [{"id": str(a.pk), "label": str(a), "hint": a.licence_number} for a in found]})
