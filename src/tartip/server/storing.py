"""Whatever is answered to somebody who is logged in stays in no cache: neither the browser's nor one on the way."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from tartip.core.people.actors import names_key


class NotStored(MiddlewareMixin):
    """By what was sent or set, not by who it turns out to be: that would need the database, which may be away."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        name = settings.SESSION_COOKIE_NAME
        known = name in request.COOKIES or name in response.cookies or names_key(request)
        if known and "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"
        return response
