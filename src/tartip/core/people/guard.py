"""What stands between a log-in and the pages: limits of the session, the own password, the second factor."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from tartip.core.people import brakes, sessions
from tartip.core.people.actors import chosen_appointment
from tartip.core.people.languages import CHOSEN
from tartip.core.people.models import Account, Role
from tartip.core.problems import problem_of, said
from tartip.errors import TartipError

ALWAYS = ("/logout/", "/accounts/logout/", "/accounts/reauthenticate/", "/language/")


class OwnPasswordNeeded(TartipError):
    code = "auth.own_password"
    text = "Replace the one-time password by your own first."
    http_status = 403


class SecondFactorNeeded(TartipError):
    code = "auth.second_factor"
    text = "Add a second factor to your account first."
    http_status = 403


class SessionGuard(MiddlewareMixin):
    """After the log-in is known. A session that is over becomes nobody's; one that lacks something goes and gets it."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if SESSION_KEY not in request.session:
            return None
        account = request.user
        if not isinstance(account, Account):
            return None  # disabled meanwhile: nobody
        appointment = chosen_appointment(request)
        role = appointment.role if appointment else ""
        if why := sessions.ended(request, role):
            request.tartip_ending = why  # type: ignore[attr-defined]
            logout(request)
            messages.info(request, _("The session has ended. Log in again."))
            return None
        if account.one_time_until is not None:
            return _send(request, "account_change_password", OwnPasswordNeeded())
        if not _exempt(account, role) and not get_adapter().is_mfa_enabled(account):
            return _send(request, "mfa_index", SecondFactorNeeded())
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """At the log-in the account's language becomes the browser's; the device is known from then on."""
        language = getattr(request, "tartip_language", None)
        if language in dict(settings.LANGUAGES):
            remember_language(response, language)
            response.delete_cookie(CHOSEN, samesite="Lax")
        elif language == "":
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        brakes.put_device(request, response)
        return response


def remember_language(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.HTTPS,
        samesite="Lax",
    )


def _exempt(account: Account, role: str) -> bool:
    """Citizens choose for themselves; log-ins of the demo are exempt only where the demo runs."""
    return role == Role.CITIZEN or (settings.DEMO and account.demo)


def is_page(request: HttpRequest) -> bool:
    """Whether somebody looks at a whole page; the rest is asked by programs: API, stream, fragments."""
    asked = "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "fetch"
    return not (request.path.startswith(("/api/", "/stream")) or asked)


def _send(request: HttpRequest, name: str, error: TartipError) -> HttpResponse | None:
    goal = reverse(name)
    if request.path.startswith((goal, *ALWAYS)):
        return None
    if not is_page(request):
        return problem_of(error)
    messages.warning(request, said(error))  # why the reader is there, and not where they wanted to be
    return HttpResponseRedirect(goal)
