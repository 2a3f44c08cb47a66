"""Django's registration of this room."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Commands that set up, fill and run the system."""

    name = "backend.operations"
    verbose_name = "运行维护"
