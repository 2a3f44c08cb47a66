"""Django's registration of this room."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Uploads to object storage: tickets, checks by content, renditions."""

    name = "media"
    verbose_name = "媒体文件"
