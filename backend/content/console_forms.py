"""The editor's form for content: what staff type, and a cover that arrives as a file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, PublishingPanel

from backend.errors import Refusal
from backend.regions.console import division_chooser
from media.models import MediaFile
from media.rules import LIMITS
from media.selectors import address_of
from media.services import store_picture

_COVER_LIMIT = LIMITS[MediaFile.Purpose.COVER].max_bytes


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
    """What one types in the editor. A chosen file becomes a checked picture before the item is saved."""

    cover_upload = forms.FileField(
        label="封面",
        required=False,
        widget=CoverInput(attrs={"accept": ",".join(sorted(LIMITS[MediaFile.Purpose.COVER].content_types))}),
        help_text=f"JPEG、PNG 或 WebP，不超过 {_COVER_LIMIT >> 20} MB；保存时去除照片里的位置等信息。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.cover:
            self.initial["cover_upload"] = CurrentCover(self.instance.cover)

    def clean(self) -> dict[str, Any]:
        """Store a new cover once everything else is in order, so that a form sent again stores it once."""
        super().clean()
        chosen = self.cleaned_data.get("cover_upload")
        if chosen is False:
            self.instance.cover = None
        elif isinstance(chosen, UploadedFile) and not self.errors:
            self._store(chosen)
        cleaned: dict[str, Any] = self.cleaned_data
        return cleaned

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


edit_handler = ObjectList(
    [
        FieldPanel("title", required_on_save=True),
        FieldPanel("summary"),
        FieldPanel("cover_upload", heading="封面"),
        FieldPanel("audience", widget=division_chooser(multiple=True), required_on_save=False),
        FieldPanel("body"),
        PublishingPanel(),
    ],
    base_form_class=ContentForm,
)
