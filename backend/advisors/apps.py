"""Django's registration of this room."""

from django.apps import AppConfig


class AdvisorsConfig(AppConfig):
    """Advisors, appointments, village groups and their messages."""

    name = "backend.advisors"
    verbose_name = "法律顾问"
