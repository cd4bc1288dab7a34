"""Error pages in plain words: 400, 403, 404, 409, 429, 500, and a form that waited too long."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext

from tartip.core.problems import problem, said
from tartip.errors import TartipError

PAGES = (400, 403, 404, 409, 429, 500)


def error_page(
    request: HttpRequest | None, status: int, *, detail: str = "", again: bool = False, template: str = ""
) -> HttpResponse:
    """The page of a status; a status without a page of its own is shown on the nearest one (4xx: 400, 5xx: 500)."""
    name = template or f"{status if status in PAGES else 500 if status >= 500 else 400}.html"
    page = get_template(name)
    content = page.render({"status": status, "detail": detail, "again": again}, request)
    return HttpResponse(content, status=status)


def page_for(request: HttpRequest, error: TartipError) -> HttpResponse:
    """The page of an error of the house: its translated text, and whether the same again may help."""
    return error_page(request, error.http_status, detail=said(error), again=error.again)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the request: a context processor that needs the database may be what failed."""
    return error_page(None, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        # A log-in in another tab changes the token: the script sends the form again with the new one.
        return problem(403, "csrf", gettext("The form waited too long. Load the page again."))
    return error_page(request, 403, template="csrf.html")
