"""Django's registration of this room."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The staff console: Wagtail's admin, put together from each domain's console module."""

    name = "backend.console"
    verbose_name = "管理平台"
