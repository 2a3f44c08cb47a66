"""The editor's forms: what staff type of an item, and of its versions in other languages."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms import WagtailAdminModelForm

from backend.accounts.models import PeopleGroup, ReaderRole
from backend.content.choosing import published
from backend.content.console.fields import BitsField, FactsField
from backend.content.console.guard import codes_of
from backend.content.models import ContentItem
from backend.content.rights import beyond
from backend.errors import Refusal
from backend.regions.conditions import within
from backend.regions.models import Division
from media.models import MediaFile
from media.rules import LIMITS
from media.selectors import address_of, choosable
from media.services import store_picture

_COVER_LIMIT = LIMITS[MediaFile.Purpose.COVER].max_bytes


def _limit_media(form: WagtailAdminModelForm, *names: str) -> None:
    """Of files only those that are checked and were uploaded for the purpose that bears the field's name."""
    for name in names:
        form.fields[name].queryset = choosable(name)


class CurrentCover:
    """The cover that an item has, as Django's file widget wants to see what is there already."""

    def __init__(self, media: MediaFile) -> None:
        self.url = address_of(media.shown.key)

    def __str__(self) -> str:
        return "当前封面"


class CoverInput(forms.ClearableFileInput):
    """Shows the current cover, takes another, or takes it away."""

    template_name = "content/cover_input.html"
    clear_checkbox_label = "移除封面"
    initial_text = "当前封面"
    input_text = "换一张"


class ContentForm(WagtailAdminModelForm):
    """What one types of an item. A chosen file becomes a checked picture before the item is saved.

    A writer publishes for the divisions that they act for and those below, and to nobody beyond the one they chose.
    """

    audience_roles = BitsField(ReaderRole, label="受众角色")
    audience_groups = BitsField(PeopleGroup, label="受众人群（七进）")
    case_facts = FactsField(label="案例要素", required=False)
    cover_upload = forms.FileField(
        label="封面",
        required=False,
        widget=CoverInput(attrs={"accept": ",".join(sorted(LIMITS[MediaFile.Purpose.COVER].content_types))}),
        help_text=f"JPEG、PNG 或 WebP，不超过 {_COVER_LIMIT >> 20} MB；保存时去除照片里的位置等信息。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = codes_of(self.for_user)
        own = Division.objects.filter(within(codes, ""))
        self.fields["division"].queryset = self.fields["audience"].queryset = own
        self.fields["topics"].queryset = ContentItem.objects.filter(live=True, kind=ContentItem.Kind.TOPIC)
        if self.instance.pk is None and codes:
            self.initial.setdefault("division", codes[0])
        self.fields["division"].required = True
        _limit_media(self, "video", "recording")
        # What readers see belongs to the division whose reviewers let it through.
        self.fields["division"].disabled = self.instance.live
        if self.instance.cover:
            self.initial["cover_upload"] = CurrentCover(self.instance.cover)
        self._limit_lessons()

    def _limit_lessons(self) -> None:
        """Only what is published becomes a lesson; one that has been withdrawn since may stay until it is replaced."""
        formset = self.formsets.get("lessons")
        if formset is not None:
            kept = [row.lesson_id for row in self.instance.lessons.all()]
            offered = published() | ContentItem.objects.filter(pk__in=kept)
            for form in formset.forms:
                form.fields["lesson"].queryset = offered

    def clean(self) -> dict[str, Any]:
        """Store a new cover once everything else is in order, so that a form sent again stores it once."""
        super().clean()
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("kind") != ContentItem.Kind.CASE:
            cleaned["case_category"], cleaned["case_facts"] = "", {}
        self._keep_audience_within()
        chosen = cleaned.get("cover_upload")
        if chosen is False:
            self.instance.cover = None
        elif isinstance(chosen, UploadedFile) and not self.errors:
            self._store(chosen)
        return cleaned

    def _keep_audience_within(self) -> None:
        division, audience = self.cleaned_data.get("division"), self.cleaned_data.get("audience")
        outside = set(beyond(division.pk, [one.pk for one in audience])) if division and audience else ()
        if outside:
            names = "、".join(str(one) for one in audience or () if one.pk in outside)
            self.add_error("audience", f"受众不能超出发布单位所在区划：{names}")

    def _store(self, chosen: "UploadedFile[Any]") -> None:
        if chosen.size is None or chosen.size > _COVER_LIMIT:
            self.add_error("cover_upload", f"文件太大，请选择不超过 {_COVER_LIMIT >> 20} MB 的图片")
            return
        try:
            self.instance.cover = store_picture(
                owner=self.for_user, purpose=MediaFile.Purpose.COVER, data=chosen.read()
            )
        except Refusal as refusal:
            self.add_error("cover_upload", refusal.message)


class TranslationForm(WagtailAdminModelForm):
    """What one types of an item in another language. Of which item and in which language is settled once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = ContentItem.objects.filter(within(codes_of(self.for_user)))
        _limit_media(self, "recording")
        for name in ("item", "language"):
            self.fields[name].disabled = self.instance.pk is not None
