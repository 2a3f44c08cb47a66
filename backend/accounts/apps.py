"""Django's registration of this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, their phones, roles, sign-in and access tokens."""

    name = "backend.accounts"
    verbose_name = "用户"
