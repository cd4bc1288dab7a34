"""The language a person chose: in this browser, and in the account of whoever is logged in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

# Says that the cookie of the language is a choice made here while nobody was logged in.
CHOSEN = "language_chosen"


def choose(request: HttpRequest) -> HttpResponse:
    """The switch on every page: for this browser, and for the account of whoever is logged in."""
    answer = set_language(request)
    chosen = request.POST.get("language", "")
    if request.method != "POST" or chosen not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        keep(request.user, chosen)
    else:
        answer.set_cookie(
            CHOSEN, "1", max_age=settings.LANGUAGE_COOKIE_AGE, httponly=True, secure=settings.HTTPS, samesite="Lax"
        )
    return answer


def at_log_in(request: HttpRequest, user: object) -> str | None:
    """The language of the browser from now on; "" is what the browser asks for, None leaves everything as it is.

    The last choice counts: one made in this browser before the log-in becomes the account's. Who never chose reads
    what the browser asks for, whatever a colleague chose in it before. The log-ins of the demo are shared, so there
    the browser's own choice stays.
    """
    if getattr(user, "demo", False):
        return None
    here = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if here in dict(settings.LANGUAGES) and request.COOKIES.get(CHOSEN):
        keep(user, here)
    return str(getattr(user, "language", ""))


def keep(user: object, language: str) -> None:
    """The demo's accounts belong to everybody who tries it: nobody's choice is stored in them."""
    if getattr(user, "demo", False) or getattr(user, "language", language) == language:
        return
    user.language = language  # type: ignore[attr-defined]
    user.save(update_fields=["language"])  # type: ignore[attr-defined]
