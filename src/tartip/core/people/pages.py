"""The first page and the page of one's own account."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from tartip.core.people import workplaces
from tartip.core.people.actions import begin_shift, end_shift
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
from tartip.core.territory import tree


def account_of(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise NotLoggedIn
    return request.user


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A role with one place to be goes there; the others choose. Nobody in particular logs in."""
    if not isinstance(request.user, Account):
        return redirect("people:login")
    appointment = chosen_appointment(request)
    place = workplaces.home_of(appointment.role) if appointment else None
    if place:
        return HttpResponseRedirect(place)
    return render(request, "people/start.html", {"appointment": appointment})


@require_GET
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
        "second_factor": get_adapter().is_mfa_enabled(mine),
        "minutes": {"idle": int(limit.idle.total_seconds()) // 60, "whole": int(limit.whole.total_seconds()) // 3600},
    }
    return render(request, "people/account.html", values)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the account, and of this browser at once."""
    mine = account_of(request)
    asked = request.POST.get("language", "")
    if asked in dict(settings.LANGUAGES):
        mine.language = asked
        mine.save(update_fields=["language"])
        with override(asked):
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
def shift(request: HttpRequest) -> HttpResponse:
    """Begin or end the shift under the chosen appointment; a second click changes nothing."""
    account_of(request)
    chosen = chosen_appointment(request)
    if chosen is None:
        raise NoAppointment
    actor = appointment_actor(chosen)
    running = Shift.objects.filter(appointment=chosen, state="on").first()
    wanted = request.POST.get("act")
    if wanted == "begin" and running is None:
        begin_shift(actor, appointment=chosen)
    elif wanted == "end" and running is not None:
        end_shift(actor, running)
    return redirect("people:account")


def _shown(appointment: Appointment, chosen: Appointment | None) -> dict[str, Any]:
    from django.utils.translation import get_language

    language = cast("Any", get_language() or "kk")
    return {
        "id": appointment.pk,
        "role": appointment.get_role_display(),
        "place": tree.name(appointment.territory_id, language),
        "chosen": chosen is not None and appointment.pk == chosen.pk,
    }
