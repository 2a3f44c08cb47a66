"""Django's registration of this room."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    """The edition of what the public reads."""

    name = "backend.editions"
    verbose_name = "公开内容版次"
