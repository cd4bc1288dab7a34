"""The design system alone, so that its tests do not wait for other rooms."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tartip.errors import TartipError
from tartip.web import errors


class Clash(TartipError):
    code = "clash"
    text = "%(who)s changed it"
    http_status = 409
    again = True


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def clash(request: HttpRequest) -> HttpResponse:
    return errors.page_for(request, Clash(who="<b>Айгүл</b>"))


urlpatterns = [
    path("", include("tartip.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("broken/", broken),
    path("clash/", clash),
]
handler400 = "tartip.web.errors.bad_request"
handler403 = "tartip.web.errors.forbidden"
handler404 = "tartip.web.errors.not_found"
handler500 = "tartip.web.errors.server_error"
