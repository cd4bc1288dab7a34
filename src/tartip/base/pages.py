"""Errors of the house on pages: a log-in page, an error page, or a plain answer to a fragment's request."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.deprecation import MiddlewareMixin

from tartip.core.people.actors import NotLoggedIn
from tartip.core.people.guard import is_page
from tartip.core.problems import problem_of, said
from tartip.errors import TartipError
from tartip.web.errors import error_page, page_for


class ErrorPages(MiddlewareMixin):
    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a page raised and the house knows. The rest is a defect: Django's 500."""
        if not isinstance(error, TartipError):
            return None
        if request.path.startswith("/api/"):
            return problem_of(error)
        if not isinstance(error, NotLoggedIn):
            return page_for(request, error) if is_page(request) else HttpResponse(said(error), status=error.http_status)
        if is_page(request):
            return HttpResponseRedirect(_login(request.get_full_path() if request.method == "GET" else "/"))
        # htmx leads the whole page to the log-in; the address it was on is in HX-Current-URL, which nobody signed.
        return HttpResponse(said(error), status=401, headers={"HX-Redirect": _login("/")})


def _login(back: str) -> str:
    return f"{settings.LOGIN_URL}?{urlencode({'next': back})}"


def too_many(request: HttpRequest) -> HttpResponse:
    """The brake of the log-in: allauth asks for handler429."""
    return error_page(request, 429, again=True)
