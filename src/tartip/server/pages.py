"""Errors of the house on pages: a log-in page, an error page, or a plain answer to a fragment's request."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.deprecation import MiddlewareMixin

from tartip.core.acts import Busy
from tartip.core.acts.retry import is_broken_off
from tartip.core.gaps import queries as gaps
from tartip.core.people.actors import NotLoggedIn
from tartip.core.people.addresses import own_page
from tartip.core.people.guard import is_page
from tartip.core.problems import problem_of, said
from tartip.errors import TartipError
from tartip.web.errors import error_page, page_for


class DatabaseAway(TartipError):
    """The database does not answer, or every connection of this process is at work."""

    code = "database.away"
    text = "The database does not answer now. Nothing was changed; try again in a moment."
    http_status = 503
    again = True


def known(error: Exception) -> Exception:
    """A lost database, or a transaction it broke off, as an error of ours; anything else as it is."""
    if is_broken_off(error):
        return Busy()
    lost = isinstance(error, InterfaceError | OperationalError) and (
        # Without a code of the server it was the connection itself; 08, 53, 57P: refused, full, shut down.
        (getattr(error.__cause__, "sqlstate", None) or "08").startswith(("08", "53", "57P"))
    )
    return DatabaseAway() if lost else error


class ErrorPages(MiddlewareMixin):
    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a page raised and the program knows. The rest is a defect: Django's 500."""
        error = known(error)
        if not isinstance(error, TartipError):
            return None
        gaps.notice(error)
        if request.path.startswith("/api/"):
            return problem_of(error)
        if not isinstance(error, NotLoggedIn):
            return page_for(request, error) if is_page(request) else HttpResponse(said(error), status=error.http_status)
        if is_page(request):
            here = request.get_full_path() if request.method in ("GET", "HEAD") else _own(request, "Referer")
            return HttpResponseRedirect(_login(here))
        # htmx leads the whole page to the log-in.
        return HttpResponse(said(error), status=401, headers={"HX-Redirect": _login(_own(request, "HX-Current-URL"))})


def _own(request: HttpRequest, header: str) -> str:
    """The page a request came from, to lead back to it: one of ours, whatever the header says; else the first one."""
    return own_page(request, request.headers.get(header, "")) or "/"


def _login(back: str) -> str:
    return f"{settings.LOGIN_URL}?{urlencode({'next': back})}"


def too_many(request: HttpRequest) -> HttpResponse:
    """The brake of the log-in: allauth asks for handler429."""
    return error_page(request, 429, again=True)
