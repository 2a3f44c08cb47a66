"""Django's registration of this room."""

from django.apps import AppConfig


class StatutesConfig(AppConfig):
    """Laws, their versions and articles, and citations of them."""

    name = "backend.statutes"
    verbose_name = "法律法规"
