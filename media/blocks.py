"""What a body's blocks show by choosing it: pictures, recordings and videos. A block keeps the file's id as text."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from wagtail.blocks import ChooserBlock

from media import selectors
from media.models import MediaFile


class MediaChooserBlock(ChooserBlock):
    """A checked file of one purpose. Stored as its id in text; worth a MediaFile, or None where it is gone."""

    target_model = MediaFile
    purpose: ClassVar[str]
    #: The chooser's widget by its path: it needs the console, which models do not load.
    widget_path: ClassVar[str]

    @cached_property
    def widget(self) -> Any:
        """The button that opens the chooser."""
        return import_string(self.widget_path)(checked=False)

    @cached_property
    def field(self) -> "forms.ModelChoiceField[MediaFile]":
        """Takes only what the chooser offers."""
        return forms.ModelChoiceField(
            queryset=selectors.choosable(self.purpose),
            widget=self.widget,
            required=self._required,
            validators=self._validators,
            help_text=self._help_text,
        )

    def to_python(self, value: Any) -> MediaFile | None:
        """From the stored id."""
        return self.bulk_to_python([value])[0]

    def bulk_to_python(self, values: Iterable[Any]) -> list[MediaFile | None]:
        """From stored ids, in their order, with one statement and one for the clean copies."""
        ids = [str(value) for value in values]
        found = selectors.files_by_id(ids)
        return [found.get(each) for each in ids]

    def normalize(self, value: Any) -> MediaFile | None:
        """Code may give the id instead of the file."""
        return self.to_python(value) if isinstance(value, str | UUID) else value

    def get_prep_value(self, value: MediaFile | None) -> str | None:
        """To the stored id."""
        return str(value.pk) if value is not None else None

    def value_from_form(self, value: Any) -> MediaFile | None:
        """What is no id is nothing chosen."""
        return value if value is None or isinstance(value, MediaFile) else self.to_python(value)


class PictureChooserBlock(MediaChooserBlock):
    """A picture in a body."""

    purpose = MediaFile.Purpose.PICTURE
    widget_path = "media.console.picture_chooser"

    class Meta:
        icon = "image"
        label = "图片"


class RecordingChooserBlock(MediaChooserBlock):
    """A recording in a body."""

    purpose = MediaFile.Purpose.RECORDING
    widget_path = "media.console.recording_chooser"

    class Meta:
        icon = "media"
        label = "录音"


class VideoChooserBlock(MediaChooserBlock):
    """A video in a body."""

    purpose = MediaFile.Purpose.VIDEO
    widget_path = "media.console.video_chooser"

    class Meta:
        icon = "media"
        label = "视频"
