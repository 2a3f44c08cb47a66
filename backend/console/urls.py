"""The console's addresses: ours ahead of Wagtail's, and of all those only what `served` names."""

from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.i18n import JavaScriptCatalog
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access

from backend.console import development
from backend.console.login import StaffAccountView
from backend.console.served import served_only

urlpatterns = served_only(
    [
        path("development/sms/", development.sms, name="development_sms"),
        path("development/push/", development.push, name="development_push"),
        path("account/", never_cache(require_admin_access(StaffAccountView.as_view()))),
        # In the place of Wagtail's: the same strings, with those that its Chinese lacks.
        path("jsi18n/", JavaScriptCatalog.as_view(packages=["wagtail.admin", "backend.console"])),
        path("", include(wagtailadmin_urls)),
    ]
)
