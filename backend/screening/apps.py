"""Django's registration of this room."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Words that staff keep out of what is published, or want looked at twice."""

    name = "backend.screening"
    verbose_name = "敏感词"
