"""allauth's headless addresses, for `backend.accounts.headless` alone: no server mounts them."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.headless.urls"))]
