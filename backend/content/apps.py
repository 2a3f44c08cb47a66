"""Django's registration of this room."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import pre_save
from wagtail.signals import published, unpublished

from backend.statutes.signals import articles_changed


class ContentConfig(AppConfig):
    """Legal education content and its editorial workflow."""

    name = "backend.content"
    verbose_name = "普法内容"

    def ready(self) -> None:
        """Hang what belongs to a publication, and to its end, on the signals that every way there sends."""
        sender = self.get_model("ContentItem")
        published.connect(_published, sender=sender, dispatch_uid="backend.content.record_publication")
        # Behind the one above, which has written by then what the new text cites.
        published.connect(_republished, sender=sender, dispatch_uid="backend.content.settle_revised")
        articles_changed.connect(_articles_changed, dispatch_uid="backend.content.open_reviews")
        unpublished.connect(_unpublished, sender=sender, dispatch_uid="backend.content.record_withdrawal")
        translation = self.get_model("ContentTranslation")
        for signal in (published, unpublished):
            signal.connect(_translated, sender=translation, dispatch_uid="backend.content.record_translation")
        pre_save.connect(_logged, sender="wagtailcore.ModelLogEntry", dispatch_uid="backend.content.keep_division")
        from backend.content.choosing import shown_files  # noqa: PLC0415 - models are not ready before
        from backend.content.searching import connect  # noqa: PLC0415 - models are not ready before
        from media.offering import register_shown  # noqa: PLC0415 - models are not ready before

        register_shown("content", shown_files)
        connect()


def _published(instance: Any, **_: Any) -> None:
    """An item scheduled for later sends the signal too: once now, when it is not live, and once when it goes live."""
    if instance.live:
        from backend.content.services import record_publication  # noqa: PLC0415 - models are not ready before

        record_publication(item=instance)


def _unpublished(instance: Any, **_: Any) -> None:
    """Withdrawal and expiry both send it, from inside their transaction."""
    from backend.content.services import record_withdrawal  # noqa: PLC0415 - models are not ready before

    record_withdrawal(item=instance)


def _translated(instance: Any, **_: Any) -> None:
    """Another language came, changed or went; scheduled for later it sends the signal once more when it comes."""
    from backend.content.services import note_edition  # noqa: PLC0415 - models are not ready before

    note_edition(item_id=instance.item_id)


def _republished(instance: Any, revision: Any, **_: Any) -> None:
    """As `_published`."""
    if instance.live:
        from backend.content.law_changes import settle_revised  # noqa: PLC0415 - models are not ready before

        settle_revised(item=instance, written_at=revision.created_at)


def _articles_changed(changes: Any, **_: Any) -> None:
    """Sent from inside the transaction that notices the changes."""
    from backend.content.law_changes import open_reviews  # noqa: PLC0415 - models are not ready before

    open_reviews(changes=changes)


def _logged(instance: Any, **_: Any) -> None:
    """Something was done, with content or with anything else."""
    from backend.content.trail import keep_division  # noqa: PLC0415 - models are not ready before

    keep_division(instance)
