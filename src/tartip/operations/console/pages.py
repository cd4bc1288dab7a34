"""The duty console: one page, fragments for what changed, and the acts behind its keys."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tartip.core.acts import Actor, NotFound, together
from tartip.core.people import reading
from tartip.core.people.actors import page_actor
from tartip.core.problems import said
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.core.words import act_name, act_names, language, named
from tartip.errors import TartipError
from tartip.operations.calls import actions as calls
from tartip.operations.calls.access import access_call
from tartip.operations.calls.kinds import kinds
from tartip.operations.calls.queries import territory_of
from tartip.operations.console import view
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.access import access_assignment
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.access import access_incident
from tartip.operations.incidents.models import Joining
from tartip.operations.units import actions as units
from tartip.operations.units.access import access_unit

Answer = tuple[str, str | None]


class BadForm(TartipError):
    code = "form.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """The whole page; ?incident= chooses the card."""
    actor = page_actor(request)
    board = view.board(actor)
    first: uuid.UUID | None = next((row["id"] for _name, rows in board["groups"] for row in rows), None)
    chosen = _chosen(request.GET["incident"]) if request.GET.get("incident") else first
    card = view.card(actor, access_incident(actor, chosen)) if chosen else {}
    return render(
        request,
        "console/console.html",
        {
            **board,
            **card,
            "place": tree.name(actor.territory, language()),
            "all_kinds": [{"code": k.code, "name": named(k.names)} for k in kinds().values()],
            "act_names": act_names(),
            "stream": settings.STREAM_URL,
        },
    )


def _chosen(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound(register="incident", id=text) from None


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What changes while people work: queue, figures, alarms, and the marks of the map. One fragment, one moment."""
    return render(request, "console/board.html", view.board(page_actor(request)))


@require_GET
def card(request: HttpRequest, incident_id: uuid.UUID) -> HttpResponse:
    actor = page_actor(request)
    return render(request, "console/card.html", view.card(actor, access_incident(actor, incident_id)))


@require_GET
def caller(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """The caller in clear, for a stated purpose; the trace is shown at the same moment."""
    actor = page_actor(request).saying(purpose=request.GET.get("purpose", ""))
    call = access_call(actor, call_id)
    person = reading.read_card(actor, call.caller) if call.caller else None
    return render(request, "console/caller.html", {"person": person, "moment": now()})


@require_POST
def act(request: HttpRequest, incident_id: uuid.UUID, name: str) -> HttpResponse:
    """One key, one act. The answer is a sentence for the toast, with the way to undo it where there is one."""
    actor = page_actor(request).saying(key=request.headers.get("Idempotency-Key"))
    handler = ACTS.get(name)
    if handler is None:
        return HttpResponse(status=404)
    return _answered(lambda: handler(actor, access_incident(actor, incident_id), request.POST))


@require_POST
def step(request: HttpRequest, assignment_id: uuid.UUID, name: str) -> HttpResponse:
    """What a crew reports by radio, entered by the duty officer."""
    steps = {
        "acknowledge": dispatch.acknowledge,
        "en_route": dispatch.en_route,
        "arrive": dispatch.arrive,
        "clear": dispatch.clear,
        "release": dispatch.release,
    }
    actor = page_actor(request)
    if name not in steps:
        return HttpResponse(status=404)

    def work() -> Answer:
        assignment = steps[name](actor, access_assignment(actor, assignment_id))
        return f"{assignment.unit.callsign}: {act_name('dispatch.' + name)}", None

    return _answered(work)


@require_POST
def alarm(request: HttpRequest, unit_id: uuid.UUID, name: str) -> HttpResponse:
    actor = page_actor(request)
    steps = {"accept": units.take_alarm, "safe": units.end_alarm}
    if name not in steps:
        return HttpResponse(status=404)

    def work() -> Answer:
        unit = steps[name](actor, access_unit(actor, unit_id))
        return f"{unit.callsign}: {act_name('unit.take_alarm' if name == 'accept' else 'unit.safe')}", None

    return _answered(work)


@require_POST
def new_call(request: HttpRequest) -> HttpResponse:
    """A call taken by hand: the call and its incident in one transaction."""
    actor, form = page_actor(request), request.POST

    def work() -> Answer:
        lon, lat = _degrees(form, "lon"), _degrees(form, "lat")
        with together():
            moment = now()
            call = calls.receive_call(
                actor.saying(key=request.headers.get("Idempotency-Key")), territory=territory_of(actor, lon, lat),
                offered_at=moment, answered_at=moment, kind_code=form.get("kind", ""), lon=lon, lat=lat,
                address=form.get("address", "")[:200], note=form.get("note", ""),
            )  # fmt: skip
            incident = incidents.open_incident(
                actor, territory=call.territory_id, kind_code=call.kind, call=call, lon=lon, lat=lat,
                address=call.address, note=call.note,
            )  # fmt: skip
        return _("Opened: %(code)s") % {"code": incident.code}, None

    return _answered(work)


def _degrees(form: Any, field: str) -> float:
    try:
        return float(form.get(field, "").replace(",", "."))
    except ValueError:
        raise BadForm(field=field, rule=_("must be a number of degrees")) from None


def _assign(actor: Actor, incident: Any, form: Any) -> Answer:
    sent = dispatch.send_unit(actor, incident, access_unit(actor, _id(form, "unit")))
    undo = f"/console/assignments/{sent.pk}/release/"
    return _("%(unit)s is sent to %(code)s") % {"unit": sent.unit.callsign, "code": incident.code}, undo


def _merge(actor: Actor, incident: Any, form: Any) -> Answer:
    into = access_incident(actor, _id(form, "into"))
    incidents.merge(actor, incident, into=into)
    return _("%(code)s is joined to %(into)s") % {"code": incident.code, "into": into.code}, (
        f"/console/{incident.pk}/unmerge/"
    )


def _unmerge(actor: Actor, incident: Any, form: Any) -> Answer:
    incidents.unmerge(actor, incident)
    return _("%(code)s stands by itself again") % {"code": incident.code}, None


def _part(actor: Actor, incident: Any, form: Any) -> Answer:
    joining = Joining.objects.filter(pk=_id(form, "joining"), incident=incident).first()
    if joining is None:
        raise BadForm(field="joining", rule=_("is not of this incident"))
    incidents.part_call(actor, joining)
    return _("The call stands by itself again"), None


def _stand_down(actor: Actor, incident: Any, form: Any) -> Answer:
    if incidents.is_immediate.test(actor, incident) and not incidents.is_asked_by_another.test(actor, incident):
        incidents.ask_stand_down(actor, incident, reason=form.get("reason", ""))
        return _("A second person has to confirm that %(code)s is stood down") % {"code": incident.code}, None
    dispatch.stand_down(actor, incident, reason=form.get("reason", ""))
    return _("%(code)s is stood down") % {"code": incident.code}, None


def _close(actor: Actor, incident: Any, form: Any) -> Answer:
    dispatch.close(actor, incident, outcome=form.get("outcome", ""), note=form.get("note", ""))
    return _("%(code)s is closed") % {"code": incident.code}, None


def _assess(actor: Actor, incident: Any, form: Any) -> Answer:
    priority = form.get("priority", "")
    if not priority.isdigit():
        raise BadForm(field="priority", rule=_("must be from 1 to 4"))
    incidents.assess(actor, incident, kind_code=form.get("kind", ""), priority=int(priority), note=form.get("note", ""))
    return _("%(code)s is assessed again") % {"code": incident.code}, None


ACTS: dict[str, Callable[[Actor, Any, Any], Answer]] = {
    "assign": _assign,
    "merge": _merge,
    "unmerge": _unmerge,
    "part": _part,
    "stand_down": _stand_down,
    "close": _close,
    "assess": _assess,
}


def _id(form: Any, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(form.get(field, ""))
    except ValueError:
        raise BadForm(field=field, rule=_("choose one")) from None


def _answered(work: Callable[[], Answer]) -> HttpResponse:
    """204 with the toast; a refusal is a toast too, with its status, and changes nothing."""
    try:
        text, undo = work()
        answer = HttpResponse(status=204)
    except TartipError as error:
        text, undo = said(error), None
        answer = JsonResponse({"code": error.code, "detail": text}, status=error.http_status)
    toast = {"text": text} | ({"undo": undo} if undo else {})
    answer["HX-Trigger"] = json.dumps({"toast": toast, "tartip:acted": {}})
    return answer
