"""Django's registration of this room."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of what can be found, and the box that looks in it."""

    name = "backend.search"
    verbose_name = "搜索"
