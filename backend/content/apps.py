"""Django's registration of this room."""

from typing import Any

from django.apps import AppConfig
from wagtail.signals import published, unpublished


class ContentConfig(AppConfig):
    """Legal education content and its editorial workflow."""

    name = "backend.content"
    verbose_name = "普法内容"

    def ready(self) -> None:
        """Hang what belongs to a publication, and to its end, on the signals that every way there sends."""
        sender = self.get_model("ContentItem")
        published.connect(_published, sender=sender, dispatch_uid="backend.content.record_publication")
        unpublished.connect(_unpublished, sender=sender, dispatch_uid="backend.content.record_withdrawal")


def _published(instance: Any, **_: Any) -> None:
    """An item scheduled for later sends the signal too: once now, when it is not live, and once when it goes live."""
    if instance.live:
        from backend.content.services import record_publication  # noqa: PLC0415 - models are not ready before

        record_publication(item=instance)


def _unpublished(instance: Any, **_: Any) -> None:
    """Withdrawal and expiry both send it, from inside their transaction."""
    from backend.content.services import record_withdrawal  # noqa: PLC0415 - models are not ready before

    record_withdrawal(item=instance)
