"""Django's registration of this room."""

from django.apps import AppConfig


class StatutesConfig(AppConfig):
    """Laws, their versions and articles, and citations of them."""

    name = "backend.statutes"
    verbose_name = "法律法规"

    def ready(self) -> None:
        """Hand the law in to search."""
        from backend.statutes.searching import connect  # noqa: PLC0415 - models are not ready before

        connect()
