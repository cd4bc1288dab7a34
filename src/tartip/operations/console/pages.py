"""The duty console: one page, fragments for what changed, and the acts behind its keys."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tartip.core.acts import Actor, NotFound, perform_together
from tartip.core.acts.access import visible
from tartip.core.choices import NotChosen, chosen
from tartip.core.language import language, named
from tartip.core.people import reading
from tartip.core.people.actors import page_actor
from tartip.core.people.menu import work_at
from tartip.core.places import place
from tartip.core.problems import problem_of, wrong_fields
from tartip.core.territory import tree
from tartip.core.territory.locate import near
from tartip.core.time import now
from tartip.core.words import act_name, act_names
from tartip.errors import TartipError
from tartip.operations.calls import actions as calls
from tartip.operations.calls.access import access_call
from tartip.operations.calls.kinds import kinds
from tartip.operations.console import target, view
from tartip.operations.console.errors import BadFields, BadForm, SecondUnit, TakenOver
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.access import access_assignment
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.access import access_hand_over, access_incident
from tartip.operations.incidents.models import HandOver, Incident, Joining
from tartip.operations.incidents.outcomes import OUTCOMES, STOOD_DOWN
from tartip.operations.incidents.queries import asked_reason
from tartip.operations.units import actions as units
from tartip.operations.units.access import access_unit


@dataclass(frozen=True, slots=True)
class Undo:
    """The act that takes another back: its address, and the version of the record it was offered for."""

    url: str
    version: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, as one sentence, with the way to undo it where there is one."""

    text: str
    undo: Undo | None = None
    show: uuid.UUID | None = None  # the incident that the one who did it goes on with


def floor_actor(request: HttpRequest) -> Actor:
    """The actor of a page of the duty console."""
    actor = page_actor(request)
    work_at(actor, "console:console")
    return actor


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The whole page; ?incident= chooses the card."""
    actor = floor_actor(request)
    board = view.board(actor)
    first: uuid.UUID | None = next((row["id"] for _name, rows in board["groups"] for row in rows), None)
    chosen = _chosen(request.GET["incident"]) if request.GET.get("incident") else first
    card = view.card(actor, _incident(actor, chosen)) if chosen else {}
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
            "texts": view.texts(),
            "zone": tree.current().zone(actor.territory).key,
        },
    )


def _chosen(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound(register="incident", id=text) from None


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What changes while people work: queue, figures, alarms, and the marks of the map. One fragment, one moment."""
    return render(request, "console/board.html", view.board(floor_actor(request)))


@require_safe
def card(request: HttpRequest, incident_id: uuid.UUID) -> HttpResponse:
    actor = floor_actor(request)
    return render(request, "console/card.html", view.card(actor, _incident(actor, incident_id)))


def _incident(actor: Actor, incident_id: uuid.UUID) -> Incident:
    """The incident; TakenOver where the reader's territory handed it over and may not read it any more."""
    try:
        return access_incident(actor, incident_id)
    except NotFound:
        taken = visible(actor, HandOver.objects.filter(incident=incident_id, state="taken")).order_by("-answered_at")
        last = taken.select_related("incident").first()
        if last is None or last.incident is None:
            raise
    raise TakenOver(incident=last.incident.code, place=tree.name(last.territory_id, language()))


@require_POST
@never_cache
def caller(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """The caller in clear, for a stated purpose; the trace is shown at the same moment.

    Posted, because it leaves an entry, and so that neither an address nor a cache holds what was shown.
    """
    actor = floor_actor(request).saying(purpose=request.POST.get("purpose", ""))
    call = access_call(actor, call_id)
    person = reading.read_card(actor, call.caller, via=call) if call.caller else None
    return render(request, "console/caller.html", {"person": person, "moment": now()})


@require_POST
def act(request: HttpRequest, incident_id: uuid.UUID, name: str) -> HttpResponse:
    """One act on one incident, named by the card it was drawn in: identity, version and key all come with it."""

    def work() -> Done:
        handler = ACTS.get(name)
        if handler is None:
            raise NotFound(register="act", id=name)
        actor = target.read(request, floor_actor(request), incident_id)
        return handler(actor, _incident(actor, incident_id), request.POST)

    return _answered(request, work, f"?incident={incident_id}")


# A coordinate lies between minus so many degrees and so many.
LIMITS = {"lon": 180, "lat": 90}
PRIORITIES = ("1", "2", "3", "4")
STEPS = {
    "acknowledge": dispatch.acknowledge,
    "en_route": dispatch.en_route,
    "arrive": dispatch.arrive,
    "clear": dispatch.clear,
    "release": dispatch.release,
}


@require_POST
def step(request: HttpRequest, assignment_id: uuid.UUID, name: str) -> HttpResponse:
    """What a crew reports by radio, entered by the duty officer."""

    def work() -> Done:
        if name not in STEPS:
            raise NotFound(register="act", id=name)
        actor = target.read(request, floor_actor(request), assignment_id)
        assignment = STEPS[name](actor, access_assignment(actor, assignment_id))
        return Done(f"{assignment.unit.callsign}: {act_name('dispatch.' + name)}")

    return _answered(request, work)


ALARM = {"accept": ("unit.take_alarm", units.take_alarm), "safe": ("unit.safe", units.end_alarm)}


@require_POST
def alarm(request: HttpRequest, unit_id: uuid.UUID, name: str) -> HttpResponse:
    def work() -> Done:
        if name not in ALARM:
            raise NotFound(register="act", id=name)
        code, handler = ALARM[name]
        actor = target.read(request, floor_actor(request), unit_id)
        unit = handler(actor, access_unit(actor, unit_id))
        return Done(f"{unit.callsign}: {act_name(code)}")

    return _answered(request, work)


@require_POST
def hand_over(request: HttpRequest, hand_over_id: uuid.UUID, name: str) -> HttpResponse:
    """What another territory handed over: taken, or returned with the reason."""

    def work() -> Done:
        if name not in ("take", "return"):
            raise NotFound(register="act", id=name)
        actor = target.read(request, floor_actor(request), hand_over_id)
        found = access_hand_over(actor, hand_over_id)
        if name == "take":
            incidents.take_hand_over(actor, found)
        else:
            incidents.return_hand_over(actor, found, reason=request.POST.get("reason", ""))
        return Done(act_name(f"hand_over.{name}"), show=found.incident_id if name == "take" else None)

    return _answered(request, work)


@require_POST
def new_call(request: HttpRequest) -> HttpResponse:
    """A call taken by hand: the call and its incident in one transaction."""

    def work() -> Done:
        actor, form = floor_actor(request), request.POST
        lon, lat = _place_of_a_call(form)
        # An address is enough to send help: without a position, and at sea, the call belongs to its taker's territory.
        lies_in = near(place(lon, lat), typed=True)
        territory = lies_in.code if lies_in else actor.territory
        # The moment is the server's: the key stands for what the form says.
        keyed = actor.saying(key=target.key(request), request=target.hash_of(request))
        moment = now()

        def enter() -> Incident:
            call = calls.receive_call(
                keyed, territory=territory,
                offered_at=moment, answered_at=moment, kind_code=form.get("kind", ""), lon=lon, lat=lat,
                address=form.get("address", "")[:200], note=form.get("note", ""), rated=True,
            )  # fmt: skip
            return Incident.objects.filter(first_call=call).first() or incidents.open_incident(
                actor, territory=call.territory_id, kind_code=call.kind, call=call, lon=lon, lat=lat,
                address=call.address, note=call.note,
            )  # fmt: skip

        incident = perform_together(enter, keyed)
        # Who took it goes on with it; one that lies in another territory is not the taker's to read.
        own = visible(actor, Incident.objects.filter(pk=incident.pk)).exists()
        return Done(_("Opened: %(code)s") % {"code": incident.code}, show=incident.pk if own else None)

    return _answered(request, work)


def _place_of_a_call(form: Any) -> tuple[float | None, float | None]:
    """Where the caller needs help: a position, an address, or the statement that nobody knows it.

    Every wrong field is named at once, so that a call is not refused twice.
    """
    wrong: dict[str, str] = {}
    found: dict[str, float | None] = {"lon": None, "lat": None}
    for field, limit in LIMITS.items():
        try:
            found[field] = _degrees(form, field)
        except BadForm as error:
            wrong[field] = error.fields["rule"]
            continue
        if (value := found[field]) is not None and not abs(value) <= limit:
            wrong[field] = _out_of_degrees(limit)
    for field, other in (("lon", "lat"), ("lat", "lon")):
        if not form.get(field, "").strip() and form.get(other, "").strip():
            wrong[field] = _("longitude and latitude come together")
    said = form.get("address", "").strip() or form.get("lon", "").strip() or form.get("lat", "").strip()
    if not said and not form.get("no_address"):
        wrong["address"] = _("say where it is, or tick that the address is unknown")
    if form.get("kind") not in kinds():
        wrong["kind"] = _("choose one")
    if wrong:
        raise BadFields(wrong)
    return found["lon"], found["lat"]


def _degrees(form: Any, field: str) -> float | None:
    text = form.get(field, "").strip().replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise BadForm(field=field, rule=_out_of_degrees(LIMITS[field])) from None


def _out_of_degrees(limit: int) -> str:
    return _("must be a number of degrees from -%(limit)s to %(limit)s, such as 43.25") % {"limit": limit}


def _assign(actor: Actor, incident: Incident, form: Any) -> Done:
    unit = access_unit(actor, _id(form, "unit"))

    def send() -> Assignment:
        now_stored = target.unchanged(actor, incident)
        if now_stored.state == "assigned" and not form.get("second") and not target.repeated(actor):
            raise SecondUnit(incident=incident.code)
        return dispatch.send_unit(target.elsewhere(actor), now_stored, unit)

    sent = perform_together(send, actor)
    undo = Undo(reverse("console:step", args=[sent.pk, "release"]), sent.version)
    return Done(_("%(unit)s is sent to %(code)s") % {"unit": sent.unit.callsign, "code": incident.code}, undo)


def _merge(actor: Actor, incident: Incident, form: Any) -> Done:
    into = access_incident(actor, _id(form, "into"))
    incidents.merge(actor, incident, into=into)
    undo = Undo(reverse("console:act", args=[incident.pk, "unmerge"]), incident.version)
    return Done(_("%(code)s is joined to %(into)s") % {"code": incident.code, "into": into.code}, undo)


def _unmerge(actor: Actor, incident: Incident, form: Any) -> Done:
    incidents.unmerge(actor, incident)
    return Done(_("%(code)s stands by itself again") % {"code": incident.code})


def _part(actor: Actor, incident: Incident, form: Any) -> Done:
    joining = Joining.objects.filter(pk=_id(form, "joining"), incident=incident).first()
    if joining is None:
        raise BadForm(field="joining", rule=_("is not of this incident"))

    def part() -> None:
        target.unchanged(actor, incident)
        incidents.part_call(target.elsewhere(actor), joining)

    perform_together(part, actor)
    return Done(_("The call stands by itself again"))


def _stand_down(actor: Actor, incident: Incident, form: Any) -> Done:
    confirms = incidents.is_asked_by_another.test(actor, incident)
    # Who confirms and chooses nothing else confirms the reason that was asked.
    said = form.get("reason") or (asked_reason(incident) if confirms else "")
    reason = chosen({"reason": said}, "reason", STOOD_DOWN)
    if incidents.is_immediate.test(actor, incident) and not confirms:
        incidents.ask_stand_down(actor, incident, reason=reason)
        return Done(_("A second person has to confirm that %(code)s is stood down") % {"code": incident.code})
    dispatch.stand_down(actor, incident, reason=reason)
    return Done(_("%(code)s is stood down") % {"code": incident.code})


def _close(actor: Actor, incident: Incident, form: Any) -> Done:
    dispatch.close(actor, incident, outcome=chosen(form, "outcome", OUTCOMES), note=form.get("note", ""))
    return Done(_("%(code)s is closed") % {"code": incident.code})


def _assess(actor: Actor, incident: Incident, form: Any) -> Done:
    incidents.assess(
        actor, incident, kind_code=chosen(form, "kind", kinds()), priority=int(chosen(form, "priority", PRIORITIES)),
        note=form.get("note", ""),
    )  # fmt: skip
    return Done(_("%(code)s is assessed again") % {"code": incident.code})


def _correct_place(actor: Actor, incident: Incident, form: Any) -> Done:
    corrected = incidents.correct_place(
        actor, incident, lon=_degrees(form, "lon"), lat=_degrees(form, "lat"), address=form.get("address", "")[:200],
        no_address=bool(form.get("no_address")), no_position=bool(form.get("no_position")),
    )  # fmt: skip
    elsewhere = view.lies_in(actor, corrected)
    if elsewhere:
        return Done(
            _("The place of %(code)s is corrected. It lies elsewhere: %(place)s.")
            % {"code": incident.code, "place": elsewhere["name"]}
        )
    return Done(_("The place of %(code)s is corrected") % {"code": incident.code})


def _remark(actor: Actor, incident: Incident, form: Any) -> Done:
    """A line of the story fits whatever happened meanwhile: it is written, not compared."""
    incidents.add_remark(target.elsewhere(actor), incident, text=form.get("text", ""))
    return Done(_("Written to %(code)s") % {"code": incident.code})


def _hand_over(actor: Actor, incident: Incident, form: Any) -> Done:
    to = chosen(form, "to", tree.current())

    def give() -> None:
        locked = target.unchanged(actor, incident)
        incidents.hand_over_incident(target.elsewhere(actor), locked, to=to, reason=form.get("reason", ""))

    perform_together(give, actor)
    place = tree.name(to, language())
    return Done(
        _("%(code)s is handed over: %(place)s. Yours until it is taken.") % {"code": incident.code, "place": place}
    )


def _keep_open(actor: Actor, incident: Incident, form: Any) -> Done:
    incidents.keep_open(actor, incident)
    return Done(_("%(code)s stays open") % {"code": incident.code})


ACTS: dict[str, Callable[[Actor, Incident, Any], Done]] = {
    "assign": _assign,
    "merge": _merge,
    "unmerge": _unmerge,
    "part": _part,
    "stand_down": _stand_down,
    "close": _close,
    "assess": _assess,
    "correct_place": _correct_place,
    "remark": _remark,
    "hand_over": _hand_over,
    "keep_open": _keep_open,
}


def _id(form: Any, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(form.get(field, ""))
    except ValueError:
        raise NotChosen(field=field) from None


def _answered(request: HttpRequest, work: Callable[[], Done], back: str = "") -> HttpResponse:
    """The sentence of what was done, or a problem. A browser without scripts is led back, or shown the error page."""
    if request.headers.get("X-Requested-With") != "fetch":
        done = work()
        return redirect(reverse("console:console") + (f"?incident={done.show}" if done.show else back))
    try:
        done = work()
    except TartipError as error:
        return problem_of(error, errors=wrong_fields(error))
    undo = {"url": done.undo.url, "version": done.undo.version} if done.undo else None
    return JsonResponse({"text": done.text, "undo": undo, "show": done.show and str(done.show)})
