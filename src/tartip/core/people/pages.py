"""The first page and the page of one's own account."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext as _, override
from django.views.decorators.http import require_POST, require_safe

from tartip.core import choices
from tartip.core.acts import Actor
from tartip.core.people import menu
from tartip.core.people.accounts import revoke, tokens
from tartip.core.people.actors import (
    SESSION_KEY,
    NoAppointment,
    NotLoggedIn,
    appointment_actor,
    appointments_of,
    chosen_appointment,
)
from tartip.core.people.guard import remember_language
from tartip.core.people.models import Account, Appointment, Shift
from tartip.core.people.sessions import limit_of
from tartip.core.people.shifts import switch_shift
from tartip.core.territory import tree


def account_of(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise NotLoggedIn
    return request.user


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A role with one place to be goes there at once, as a duty officer wants it; the others choose."""
    if not isinstance(request.user, Account):
        return redirect("people:login")
    appointment = chosen_appointment(request)
    place = menu.home_of(appointment.role) if appointment else None
    # Whoever comes to a post first begins the shift; the console would only refuse.
    off = bool(place and appointment and not appointment_actor(appointment).on_shift)
    if place and not off:
        return HttpResponseRedirect(place)
    return _start(request, appointment, off)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The workplaces with what waits there, also for a role that `/` leads to its one place."""
    account_of(request)
    return _start(request, chosen_appointment(request), off_shift=False)


def _start(request: HttpRequest, appointment: Appointment | None, off_shift: bool) -> HttpResponse:
    work = menu.work_of(appointment_actor(appointment)) if appointment else menu.nav("", request.path)
    values = {"appointment": appointment, "off_shift": off_shift, "work": work}
    return render(request, "people/start.html", values)


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    mine = account_of(request)
    chosen = chosen_appointment(request)
    shift = Shift.objects.filter(appointment=chosen, state="on").first() if chosen else None
    limit = limit_of(chosen.role if chosen else "")
    values = {
        "account": mine,
        "appointments": [_shown(appointment, chosen) for appointment in appointments_of(mine)],
        "shift": shift,
        "chosen": chosen,
        "languages": settings.LANGUAGES,
        "language": mine.language or get_language(),
        "second_factor": get_adapter().is_mfa_enabled(mine),
        "tokens": tokens(mine),
        "limit": limit,
    }
    return render(request, "people/account.html", values)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the account, and of this browser at once."""
    mine = account_of(request)
    mine.language = choices.chosen(request.POST, "language", dict(settings.LANGUAGES))
    mine.save(update_fields=["language"])
    with override(mine.language):
        messages.success(request, _("Saved."))
    answer = redirect("people:account")
    remember_language(answer, mine.language)
    return answer


@require_POST
def appointment(request: HttpRequest) -> HttpResponse:
    """Work under another of one's own appointments in force, in this session."""
    asked = request.POST.get("appointment", "")
    if asked not in {str(one.pk) for one in appointments_of(account_of(request))}:
        raise NoAppointment
    request.session[SESSION_KEY] = asked
    return redirect("people:home")


@require_POST
def revoke_token(request: HttpRequest) -> HttpResponse:
    """Take one of one's own API keys back; it opens nothing from the next call on."""
    mine = account_of(request)
    revoke(mine, request.POST.get("token", ""), Actor(name=f"person:{mine.pk}", role="", territory="KZ"))
    messages.success(request, _("The key opens nothing any more."))
    return redirect("people:account")


@require_POST
def shift(request: HttpRequest) -> HttpResponse:
    """Begin or end the shift under the chosen appointment; a second click changes nothing."""
    account_of(request)
    chosen = chosen_appointment(request)
    if chosen is None:
        raise NoAppointment
    wanted = request.POST.get("act")
    switch_shift(chosen, on={"begin": True, "end": False}.get(wanted or ""))
    return redirect("people:home" if wanted == "begin" and request.POST.get("from") == "start" else "people:account")


def _shown(appointment: Appointment, chosen: Appointment | None) -> dict[str, Any]:
    language = cast("Any", get_language() or "kk")
    return {
        "id": appointment.pk,
        "role": appointment.get_role_display(),
        "place": tree.name(appointment.territory_id, language),
        "chosen": chosen is not None and appointment.pk == chosen.pk,
    }
