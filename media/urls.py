"""The addresses of the store on local disk."""

from django.urls import path

from media import views

urlpatterns = [
    path("upload", views.upload),
    path("file/<path:key>", views.file),
]
