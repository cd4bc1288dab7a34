"""The page that describes the API: Swagger UI from our own files, within the Content-Security-Policy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class ApiDocs(DocsBase):
    """django-ninja's own page loads Swagger UI from another server, which the policy refuses."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        return render(request, "server/api_docs.html", {"openapi_url": self.get_openapi_url(api, kwargs)})
