"""Django's registration of this room."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """Administrative divisions and what follows from their codes."""

    name = "backend.regions"
    verbose_name = "行政区划"
