"""Where every page and the API begin. Each app names its pages in `urls.py`: `prefix` and `urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tartip.core.discovery import declared
from tartip.server import duty, front
from tartip.server.api import api, load_routers
from tartip.server.stream import stream

load_routers()

ours: list[URLPattern | URLResolver] = [
    path("", front.first_page, name="front"),  # before the page of the same address for whoever is logged in
    path("find/", front.find, name="find"),
    path("help/", front.help_page, name="help"),
    path("duty/", duty.board, name="duty"),
    path("duty/jobs/<int:job>/again/", duty.run_again, name="run_again"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("stream", stream),
    path("", include((ours, "server"))),
    *(path(prefix, include(f"{app}.urls")) for app, prefix in declared("urls", "prefix")),
]
handler400 = "tartip.web.errors.bad_request"
handler403 = "tartip.web.errors.forbidden"
handler404 = "tartip.web.errors.not_found"
handler429 = "tartip.server.pages.too_many"
handler500 = "tartip.web.errors.server_error"
