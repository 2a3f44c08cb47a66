"""The product's addresses and one page more: a form with a button for each kind of file, as an editor has them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from wagtail.admin.auth import require_admin_access

from media.console import picture_chooser, recording_chooser, video_chooser
from media.models import MediaFile

PAGE = Template(
    '{% extends "wagtailadmin/base.html" %}{% block titletag %}试{% endblock %}{% block content %}'
    '<form method="post">{{ form.as_p }}</form>{% endblock %}'
    "{% block extra_js %}{{ block.super }}{{ form.media }}{% endblock %}"
)


class DeskForm(forms.Form):
    """One field of each kind."""

    picture = forms.ModelChoiceField(MediaFile.objects.all(), widget=picture_chooser(), required=False)
    recording = forms.ModelChoiceField(MediaFile.objects.all(), widget=recording_chooser(), required=False)
    video = forms.ModelChoiceField(MediaFile.objects.all(), widget=video_chooser(), required=False)


@csrf_exempt
@require_admin_access
def desk(request: HttpRequest) -> HttpResponse:
    """The form, with whatever the address names as chosen."""
    return HttpResponse(PAGE.render(RequestContext(request, {"form": DeskForm(initial=request.GET.dict())})))


urlpatterns = [path("desk/", desk), path("", include("backend.urls"))]
