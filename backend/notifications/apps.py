"""Django's registration of this room."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Inbox, devices, outbox and delivery to phones."""

    name = "backend.notifications"
    verbose_name = "通知"
