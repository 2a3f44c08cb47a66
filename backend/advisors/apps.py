"""Django's registration of this room."""

from typing import Any

from django.apps import AppConfig

from backend.statutes.signals import articles_changed


class AdvisorsConfig(AppConfig):
    """Advisors, appointments, village groups and their messages."""

    name = "backend.advisors"
    verbose_name = "法律顾问"

    def ready(self) -> None:
        """Hear of law that has changed."""
        articles_changed.connect(_articles_changed, dispatch_uid="backend.advisors.tell_later")


def _articles_changed(changes: Any, **_: Any) -> None:
    from backend.advisors.law_changes import tell_later  # noqa: PLC0415 - models are not ready before

    tell_later(changes=changes)
