"""Where every page and the API begin: one line a room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tartip.base.api import api, load_routers

load_routers()

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
]
