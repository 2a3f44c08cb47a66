"""What Django itself serves; `/graphql` is answered in front of it (see `backend.asgi`)."""

from django.urls import include, path

urlpatterns = [
    path("media/", include("media.urls")),
    path("console/", include("backend.console.urls")),
]
handler400 = "backend.console.refusals.refuse"
