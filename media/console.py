"""Choosing pictures, recordings and videos in the console: a window that lists checked files and takes new ones."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from backend.accounts.models import User
from backend.errors import Refusal
from media import offering, rules, selectors, services
from media.models import MediaFile

#: Who writes content may choose what stands in it: one of these rights.
NEEDED = (
    "content.add_contentitem",
    "content.change_contentitem",
    "content.add_contenttranslation",
    "content.change_contenttranslation",
)
PER_PAGE = 12
#: No file's id.
NOBODYS = str(UUID(int=0))


def title_of(media: MediaFile) -> str:
    """How a chosen file is called: its name, how long it lasts, how large it is. For READY files."""
    copy = media.shown
    facts = [f"{copy.width}×{copy.height}"] if copy.duration_ms is None else [rules.clock(copy.duration_ms)]
    return f"{media}（{'，'.join([*facts, rules.weight(copy.size)])}）"


class NameFilter(BaseFilterForm):
    """Finds files by words of their names."""

    q = forms.CharField(
        label="文件名",
        required=False,
        max_length=rules.MAX_NAME,
        widget=forms.TextInput(attrs={"placeholder": "输入文件名中的字"}),
    )

    def filter(self, objects: QuerySet[MediaFile]) -> QuerySet[MediaFile]:
        """Those whose name holds each word."""
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        return selectors.named(objects, self.search_query)


class UploadForm(forms.Form):
    """One new file. It is checked and stored once the form is valid otherwise; `save` hands it out."""

    media_file: MediaFile

    #: The page behind the window may have fields of the same names.
    prefix = "media-upload"

    def __init__(self, *, owner: Any, purpose: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._owner, self._purpose = owner, purpose
        limits = rules.LIMITS[MediaFile.Purpose(purpose)]
        self.fields["file"] = forms.FileField(
            label="文件",
            widget=forms.FileInput(attrs={"accept": ",".join(sorted(limits.content_types))}),
            help_text=f"{rules.what_is_taken(purpose)}保存时去除其中的位置、姓名等信息。",
            error_messages={"required": "请选择一个文件", "empty": "文件是空的"},
        )
        self.fields["name"] = forms.CharField(
            label="名称", required=False, max_length=rules.MAX_NAME, help_text="便于以后查找；留空则用文件名。"
        )

    def clean(self) -> dict[str, Any]:
        """Check and store the file."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            file = cleaned["file"]
            try:
                self.media_file = services.store_file(
                    owner=self._owner, purpose=self._purpose, source=file, name=cleaned.get("name") or file.name
                )
            except Refusal as refusal:
                self.add_error("file", refusal.message)
        return cleaned

    def save(self) -> MediaFile:
        """The file that was stored."""
        return self.media_file


class _Desk:
    """What the chooser's views share: only writers come in, and only to files of the one purpose that they may know."""

    purpose: str = ""
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not any(request.user.has_perm(right) for right in NEEDED):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        return answer

    @property
    def _viewer(self) -> User:
        # `dispatch` lets nobody else in.
        return cast("User", self.request.user)

    def get_object_list(self) -> QuerySet[MediaFile]:
        return offering.offered(self.purpose, self._viewer)

    def get_object(self, pk: str) -> MediaFile:
        found = self.get_objects([pk])
        if not found:
            raise MediaFile.DoesNotExist
        return found[0]

    def get_objects(self, pks: list[str]) -> list[MediaFile]:
        return offering.offered_by_id(self.purpose, pks, self._viewer)

    def get_display_title(self, instance: MediaFile) -> str:
        return title_of(instance)

    def get_edit_item_url(self, instance: MediaFile) -> None:  # noqa: ARG002 - a file is never changed
        return None

    def can_create(self) -> bool:
        return True

    def get_creation_form(self) -> UploadForm:
        sent = {"data": self.request.POST, "files": self.request.FILES} if self.request.method == "POST" else {}
        return UploadForm(owner=self.request.user, purpose=self.purpose, **sent)


class PreviewColumn(Column):
    """The picture, or a way to listen or to look."""

    cell_template_name = "media/preview_cell.html"

    def get_value(self, instance: MediaFile) -> dict[str, Any]:
        """What the cell's template shows."""
        copy = instance.shown
        return {"url": selectors.address_of(copy.key), "copy": copy, "kind": copy.content_type.partition("/")[0]}


class _List(_Desk):
    """The list inside the window."""

    filter_form_class = NameFilter
    per_page = PER_PAGE

    @property
    def columns(self) -> list[Column]:
        columns: list[Column] = super().columns  # type: ignore[misc]  # a mixin
        columns[0].label, columns[0].accessor = "名称", title_of
        return [PreviewColumn("preview", label="预览"), *columns, DateColumn("created_at", label="上传时间")]


class ChooseView(_List, views.ChooseView):
    """The window: a list and a form for a new file."""


class ChooseResultsView(_List, views.ChooseResultsView):
    """The list alone, for another page or other words."""


class ChosenView(_Desk, views.ChosenView):
    """One file was chosen."""


class ChosenMultipleView(_Desk, views.ChosenMultipleView):
    """Several files were chosen."""


class CreateView(_Desk, views.CreateView):
    """A new file came."""


class MediaChooserViewSet(ChooserViewSet):
    """The chooser of one purpose, under /console/media-files/."""

    model = MediaFile
    purpose: ClassVar[str]
    noun: ClassVar[str]
    register_widget = False
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView
    search_tab_label = "已有文件"
    create_action_label = "上传"
    create_action_clicked_label = "正在上传…"

    def __init__(self) -> None:
        self.choose_one_text = f"选择{self.noun}"
        self.creation_tab_label = f"上传{self.noun}"
        name = f"media_{self.purpose}"
        super().__init__(name, url_prefix=f"media-files/{self.purpose}", url_namespace=name)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """What every view is told."""
        told: dict[str, Any] = super().get_common_view_kwargs(**{"purpose": str(self.purpose), **kwargs})
        return told


class PictureChooserViewSet(MediaChooserViewSet):
    """Pictures for bodies."""

    purpose = MediaFile.Purpose.PICTURE
    noun = "图片"
    icon = "image"


class RecordingChooserViewSet(MediaChooserViewSet):
    """Recordings."""

    purpose = MediaFile.Purpose.RECORDING
    noun = "录音"
    icon = "media"


class VideoChooserViewSet(MediaChooserViewSet):
    """Videos."""

    purpose = MediaFile.Purpose.VIDEO
    noun = "视频"
    icon = "media"


def viewsets() -> list[Any]:
    """The choosers, to be registered with the console."""
    return [PictureChooserViewSet(), RecordingChooserViewSet(), VideoChooserViewSet()]


class MediaChooser(BaseChooser):
    """The button that opens the window; its value is the file's id.

    A form's field would take any file's id. Unless `checked` is False, where somebody else looks, what is no checked
    file of the purpose becomes an id that is nobody's, which the field refuses.
    """

    model = MediaFile
    show_edit_link = False
    clear_choice_text = "清除"

    def __init__(self, kind: type[MediaChooserViewSet], *, checked: bool = True, **kwargs: Any) -> None:
        self.purpose, self.checked = kind.purpose, checked
        self.chooser_modal_url_name = f"media_{kind.purpose}:choose"
        texts = {"choose_one_text": f"选择{kind.noun}", "choose_another_text": f"换一个{kind.noun}", "icon": kind.icon}
        super().__init__(**{**texts, **kwargs})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The id that was sent."""
        value = super().value_from_datadict(data, files, name)
        known = not value or not self.checked or selectors.checked_file(self.purpose, value)
        return value if known else NOBODYS

    def get_instance(self, value: Any) -> MediaFile | None:
        """The checked file of this id and of the button's purpose; None for anything else."""
        if not isinstance(value, MediaFile):
            return selectors.checked_file(self.purpose, value)
        return value if (value.purpose, value.state) == (self.purpose, MediaFile.State.READY) else None

    def get_display_title(self, instance: MediaFile) -> str:
        """What stands beside the button."""
        return title_of(instance)

    def get_value_data_from_instance(self, instance: MediaFile) -> dict[str, Any]:
        """What the page's script is told."""
        return {"id": str(instance.pk), "edit_url": None, self.display_title_key: self.get_display_title(instance)}


def picture_chooser(**options: Any) -> MediaChooser:
    """The widget of a field that takes a picture. Options are those of Wagtail's BaseChooser."""
    return MediaChooser(PictureChooserViewSet, **options)


def recording_chooser(**options: Any) -> MediaChooser:
    """The widget of a field that takes a recording."""
    return MediaChooser(RecordingChooserViewSet, **options)


def video_chooser(**options: Any) -> MediaChooser:
    """The widget of a field that takes a video."""
    return MediaChooser(VideoChooserViewSet, **options)
