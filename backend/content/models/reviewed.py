"""What every text has that goes through the review before a reader sees it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
)

from backend.content.blocks import BodyBlock
from backend.editions.services import turn_page
from media.models import MediaFile

TITLE_CHARACTERS = 80
SUMMARY_CHARACTERS = 200


class Reviewed(PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """One text in one language. Readers see the row only while `live`; edits live in revisions until approved."""

    title = models.CharField("标题", max_length=TITLE_CHARACTERS)
    summary = models.CharField("摘要", max_length=SUMMARY_CHARACTERS, help_text="显示在列表和通知里，不超过 200 字。")
    question = models.TextField("提问", max_length=1000, blank=True, help_text="问答：村民是怎么问的。")
    body = StreamField(BodyBlock(), verbose_name="正文", blank=True)
    recording = models.ForeignKey(
        MediaFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="录音",
        help_text="用这种语言朗读或讲解的录音；不识字的村民靠它。",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="作者"
    )
    # Wagtail's default is True: a row made without a thought would be public, past every review.
    live = models.BooleanField("已发布", default=False, editable=False)

    #: The columns that readers see, or that decide whether they do.
    READ: ClassVar[frozenset[str]] = frozenset(
        {"title", "summary", "question", "body", "recording", "live", "first_published_at"}
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *values: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Store the row; where readers may see the difference, that is a new edition of what they read.

        A row that they neither saw nor see is none, so that writing drafts holds nobody up. The page is turned first:
        whoever else changes what is read waits there, and never for a row while this waits for the page.
        """
        if (update_fields is None or not self.READ.isdisjoint(update_fields)) and (self.live or self._is_read()):
            turn_page()
        super().save(*values, update_fields=update_fields, **options)

    def _is_read(self) -> bool:
        """Whether the stored row is live."""
        rows = type(self)._base_manager  # noqa: SLF001 - _base_manager is Django's documented API
        return self.pk is not None and rows.filter(pk=self.pk, live=True).exists()

    @transaction.atomic
    def delete(self, *values: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Take the row away, from readers too."""
        if self._is_read():
            turn_page()
        deleted: tuple[int, dict[str, int]] = super().delete(*values, **options)
        return deleted

    @transaction.atomic
    def publish(self, revision: Revision, **options: Any) -> None:
        """Make `revision` what readers see, or schedule it (Wagtail's contract).

        Approval, schedule and shell all come through here, and Wagtail's `published` signal is sent inside: the
        text, its citations and its notices stand together or not at all.
        """
        super().publish(revision, **options)

    @transaction.atomic
    def unpublish(self, *values: Any, **options: Any) -> None:
        """Hide the text from readers (Wagtail's contract).

        Expiry and shell come through here, and Wagtail's `unpublished` signal is sent inside: an item that is hidden
        and its notices go together or not at all.
        """
        super().unpublish(*values, **options)

    def get_preview_template(self, request: Any, mode_name: str) -> str:  # noqa: ARG002 - Wagtail's signature
        """The page that shows a draft as a phone would."""
        return "content/preview.html"

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """Readers have phones; the narrow ones are 360 points wide."""
        return [{"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": "手机"}]

    @property
    def default_preview_size(self) -> str:
        """The only one."""
        return "mobile"
