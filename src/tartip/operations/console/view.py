"""What the console shows: rows, card and figures of the shift, as plain values with words in the reader's language."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _, pgettext_lazy

from tartip.core.acts import ACTS, Actor, open_acts
from tartip.core.acts.terms import Named
from tartip.core.clocks.entries import BREACH
from tartip.core.clocks.queries import next_clocks
from tartip.core.journal.queries import histories
from tartip.core.labels import role_name
from tartip.core.language import language, named
from tartip.core.people.names import names_of
from tartip.core.territory import tree
from tartip.core.territory.days import start_of_day
from tartip.core.territory.errors import OutsideCountry
from tartip.core.territory.locate import locate_e6
from tartip.core.time import now
from tartip.core.words import act_name
from tartip.errors import TartipError
from tartip.operations.calls.kinds import kind, kinds
from tartip.operations.dispatch import queries as dispatch
from tartip.operations.incidents import queries as incidents
from tartip.operations.incidents.actions import highest_of, waits_for_another
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.outcomes import OUTCOMES

# How a unit's work is drawn: the five shapes of the design system.
SHAPES = {
    "free": "free", "sent": "enroute", "acknowledged": "enroute", "en_route": "enroute", "on_scene": "onscene",
    "alarm": "panic", "off": "off",
}  # fmt: skip


# What a unit does, in the words of its own steps: accepted is not yet on the way.
UNIT_WORDS = {
    "free": pgettext_lazy("unit", "free"),
    "sent": pgettext_lazy("unit", "assigned"),
    "acknowledged": pgettext_lazy("unit", "accepted"),
    "en_route": pgettext_lazy("unit", "on the way"),
    "on_scene": pgettext_lazy("unit", "on scene"),
    "cleared": pgettext_lazy("unit", "cleared"),
    "released": pgettext_lazy("unit", "released"),
    "alarm": pgettext_lazy("unit", "alarm"),
    "off": pgettext_lazy("unit", "off shift"),
}


def unit_word(status: str) -> str:
    return str(UNIT_WORDS.get(status, status))


def board(actor: Actor) -> dict[str, Any]:
    """Everything the page holds at one moment; a page kept live by the stream must equal a fresh one."""
    units = dispatch.unit_states(actor)
    busy: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for unit in units:
        unit["shape"], unit["word"] = SHAPES[unit["status"]], unit_word(unit["status"])
        if unit["assignment"]:
            busy.setdefault(unit["assignment"]["incident_id"], []).append(unit)
    rows = [_row(row, busy.get(row["id"], [])) for row in incidents.queue(actor)]
    groups: dict[str, list[dict[str, Any]]] = {"waiting": [], "outcome": [], "working": []}
    for row in rows:
        groups[row["group"]].append(row)
    return {
        "groups": list(groups.items()),
        **{name: len(found) for name, found in groups.items()},
        "hand_overs": hand_overs(actor),
        "units": units,
        "free": sum(unit["status"] == "free" for unit in units),
        "breached": sum(bool(row["clock"] and row["clock"]["left"] < 0) for row in rows),
        "median": arrival_median(actor),
        "alarms": [unit for unit in units if unit["status"] == "alarm"],
        "map": map_data(rows, units),
        "account": str(actor.account or ""),
        **rights(actor),
    }


def texts() -> dict[str, str]:
    """The words the console's scripts say by themselves."""
    return {
        "loading": _("Loading the chosen incident. Keys do nothing until it is here."),
        "sending": _("An act is on its way. Keys do nothing until it is answered."),
        "wait_loading": _("{key}: the card is still loading, press again."),
        "wait_sending": _("{key}: an act is still on its way, press again."),
        "works_now": _("{key} did nothing while the card was loading. It works now."),
        "no_act": _("{key} did nothing. This card has no such act now."),
        "no_unit": _("{key} did nothing. Choose a unit first."),
        "card_failed": _("The card could not be loaded. Nothing can be done in it yet."),
        "load_failed": _("Could not be loaded. Try again."),
        "try_again": _("Try again"),
        "session_over": _("The session has ended. Nothing typed is lost: log in in a new tab and come back here."),
        "log_in": _("Log in"),
        "show": _("Show how it is now"),
        "open_card": _("Show"),
        "say_where": _("say where it is, or tick that the address is unknown"),
        "typed_later": _("Sent. What was typed after that is still in the form."),
        "next_call": _("Take the next call"),
        "next_one": _("To the next incident"),
        "discarded": _("What was typed is dropped."),
        "my_shift": _("My shift"),
    }


def rights(actor: Actor) -> dict[str, bool]:
    """What this reader may ever do here; forms nobody may send are not drawn."""
    return {
        "may_take_calls": ACTS["call.receive"].may.test(actor, None) and ACTS["incident.open"].may.test(actor, None),
        "may_answer_alarms": ACTS["unit.take_alarm"].may.test(actor, None),
    }


def _row(row: dict[str, Any], units: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **row,
        "name": named(kind(row["kind"]).names),
        "units": units,
        "group": group_of(row["state"], bool(units)),
        "was_first": row["priority"] != 1 and row["highest_priority"] == 1,
        "clock": _clock(row["clock"]),
    }


def group_of(state: str, out: bool) -> str:
    """Where a row stands. An incident whose last unit is clear waits for somebody to say how it ended."""
    if state == "opened":
        return "waiting"
    return "working" if out else "outcome"


def hand_overs(actor: Actor) -> list[dict[str, Any]]:
    """What waits between two territories: to be taken here, or sent from here and still ours."""
    found = []
    for row in incidents.hand_overs(actor):
        to_us = tree.contains(actor.territory, row["territory_id"])
        asked = SimpleNamespace(territory_id=row["territory_id"], handed_by=row["handed_by"])
        found.append(
            {
                **row,
                "to_us": to_us,
                "may_take": to_us and ACTS["hand_over.take"].may.test(actor, asked),
                "may_return": to_us and ACTS["hand_over.return"].may.test(actor, asked),
                "sender": tree.name(row["sender_id"], language()),
                "to": tree.name(row["territory_id"], language()),
            }
        )
    return found


def _clock(clock: dict[str, Any] | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    followed = clock["followed"]
    return {
        "left": int((clock["due_at"] - now()).total_seconds()),
        "total": max(1, int((clock["due_at"] - clock["started_at"]).total_seconds())),
        "due": clock["due_at"].isoformat(),
        "name": followed.rule.name(language()),
        "confirmed": followed.rule.confirmed and followed.exact,
    }


def map_data(rows: list[dict[str, Any]], units: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "incidents": [
            {"id": str(r["id"]), "n": r["priority"], "lon": r["lon_e6"] / 1e6, "lat": r["lat_e6"] / 1e6}
            for r in rows
            if r["lon_e6"] is not None
        ],
        "units": [
            {"id": str(u["id"]), "name": u["callsign"], "state": u["shape"], "lon": u["lon_e6"] / 1e6,
             "lat": u["lat_e6"] / 1e6}
            for u in units
            if u["lon_e6"] is not None
        ],
    }  # fmt: skip


def arrival_median(actor: Actor) -> int | None:
    """Median seconds from sending to the scene since midnight of the territory; None while nobody has arrived."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM on_scene_at - sent_at)) "
            "FROM dispatch_assignment WHERE on_scene_at > %s AND territory_id = ANY(%s)",
            (start_of_day(actor.territory, now()), sorted(tree.subtree(actor.territory))),
        )
        (median,) = cursor.fetchone()
    return None if median is None else int(median)


def card(actor: Actor, incident: Incident) -> dict[str, Any]:
    """One incident with whom to send, what is known, what may be done and what was done."""
    clocks = {pk: incidents.clock_row(clock) for pk, clock in next_clocks([incident.pk]).items()}
    advice = dispatch.recommend(actor, incident)
    for unit in [*advice["offered"], *advice["not_offered"]]:
        unit["shape"], unit["word"] = SHAPES[unit["status"]], unit_word(unit["status"])
    acts = {act.code: act for act in open_acts(actor, incident)}
    alike = incidents.lookalikes(
        actor, kind=incident.kind, at=incident.opened_at, lon_e6=incident.lon_e6, lat_e6=incident.lat_e6,
        cell=incident.cell, without=incident.pk, radius_m=incident.radius_m, address=incident.address,
        territory=incident.territory_id,
    )  # fmt: skip
    sent = dispatch.of_incident(actor, incident)
    live = incident.state in ("opened", "assigned")
    assignments = [_assignment(actor, row) for row in sent]
    owner = incidents.owner_of(incident)
    first = next(iter(advice["offered"]), None)
    takes_two = highest_of(incident) == 1
    return {
        # Without a place on the map nobody is nearest, and none is chosen beforehand.
        "recommended": first if first and first["seconds"] is not None else None,
        "takes_two": takes_two,
        "was_first": takes_two and incident.priority != 1,
        "asked": asked(incident),
        "may_confirm": "incident.stand_down" in acts,
        "incident": incident,
        "name": named(kind(incident.kind).names),
        "clock": _clock(clocks.get(incident.pk)),
        "advice": advice,
        "out": [item for item in assignments if item["row"].ended_at is None],
        "ended": [item for item in assignments if item["row"].ended_at is not None],
        "alike": [{**row, "name": named(kind(row["kind"]).names)} for row in alike],
        "calls": _calls(incident),
        "acts": acts,
        "still_out": [row.unit.callsign for row in sent if row.ended_at is None],
        "closes_with_another": "incident.close" in acts and waits_for_another(actor, incident),
        "live": live,
        "may_send": live and ACTS["dispatch.send"].may.test(actor, incident),
        "may_remark": ACTS["incident.remark"].may.test(actor, incident),
        "may_hand_over": live and not owner["handed_over_to"] and ACTS["incident.hand_over"].may.test(actor, None),
        "handed_over_to": tree.name(owner["handed_over_to"], language()) if owner["handed_over_to"] else "",
        "lies_nowhere": live and lies_nowhere(incident),
        "lies_in": lies_in(actor, incident) if live else None,
        "territories": territories(actor, incident) if live else [],
        "kinds": [{"code": k.code, "name": named(k.names)} for k in kinds().values()],
        "outcomes": [{"code": o.code, "name": named(o.names)} for o in OUTCOMES.values() if not o.stood_down],
        "reasons": [{"code": o.code, "name": named(o.names)} for o in OUTCOMES.values() if o.stood_down],
        "timeline": timeline(incident, sent),
        "closed": incident.state == "closed",
        "outcome": named(OUTCOMES[incident.outcome].names) if incident.outcome else "",
        "lon": _degrees(incident.lon_e6),
        "lat": _degrees(incident.lat_e6),
    }


def asked(incident: Incident) -> dict[str, str] | None:
    """Who asked to stand down, and for what reason; None while nobody asks."""
    if not incident.stand_down_by:
        return None
    code = incidents.asked_reason(incident)
    return {
        "who": names_of({incident.stand_down_by}).get(incident.stand_down_by) or incident.stand_down_by,
        "name": named(OUTCOMES[code].names) if code in OUTCOMES else "",
    }


def _degrees(e6: int | None) -> str:
    return "" if e6 is None else f"{e6 / 1e6:.6f}"


def lies_in(actor: Actor, incident: Incident) -> dict[str, str] | None:
    """The territory the place lies in, where it is none of the reader's: the incident is to be handed over."""
    if incident.lon_e6 is None or incident.lat_e6 is None:
        return None
    try:
        code = locate_e6(incident.lon_e6, incident.lat_e6).code
    except TartipError:
        return None  # outside the country: `lies_nowhere` says so
    if tree.contains(actor.territory, code):
        return None
    return {"code": code, "name": tree.name(code, language())}


def lies_nowhere(incident: Incident) -> bool:
    """Whether it is outside the country: a call that came in is taken with any position, and a person corrects it."""
    if incident.lon_e6 is None or incident.lat_e6 is None:
        return False
    try:
        locate_e6(incident.lon_e6, incident.lat_e6)
    except OutsideCountry:
        return True
    return False


def territories(actor: Actor, incident: Incident) -> list[dict[str, str]]:
    """Whom an incident may be handed over to: the regions, the districts of the own one, and where its place lies."""
    region = tree.region(incident.territory_id)
    codes = [*tree.children(tree.ROOT, language()), *(tree.children(region, language()) if region else ())]
    elsewhere = lies_in(actor, incident)
    if elsewhere and elsewhere["code"] not in codes:
        codes.insert(0, elsewhere["code"])
    return [{"code": code, "name": tree.name(code, language())} for code in codes if code != incident.territory_id]


def _assignment(actor: Actor, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "shape": SHAPES.get(row.state, "off"),
        "word": unit_word(row.state),
        "steps": [{"code": act.code.split(".")[1], "name": named(act.names)} for act in open_acts(actor, row)],
    }


def _calls(incident: Incident) -> list[dict[str, Any]]:
    """Every call that speaks of the incident, with its answers in words; who called stays closed."""
    return [
        {
            **call,
            "answers": _answers(call),
            "missed": [f"{act_name(BREACH)}: {Named('term', key)}" for key in call["missed"]],
        }
        for call in incidents.calls_of(incident)
    ]


def _answers(call: dict[str, Any]) -> list[tuple[str, Any]]:
    if not call["kind"]:
        return []
    return [(named(q.names), call["card"][q.code]) for q in kind(call["kind"]).questions if q.code in call["card"]]


# Parts of another act that the timeline shows by itself.
PARTS = {"incident.assign", "incident.remark"}


def timeline(incident: Incident, sent: list[Any]) -> list[dict[str, Any]]:
    """All that happened, newest first: acts on the incident, what its units did, remarks; with times and names."""
    callsigns = {row.pk: row.unit.callsign for row in sent}
    # Merging is an act on the other incident; it belongs to the story of the one that stays, too.
    merged = dict(incident.merged.filter(state="merged").values_list("pk", "code"))
    subjects = [incident.pk, *callsigns, *incident.hand_overs.values_list("pk", flat=True)]
    told = [*histories(subjects), *(row for row in histories(list(merged)) if row["act"] == "incident.merge")]
    rows = [
        {
            "at": row["occurred_at"], "name": act_name(row["act"]), "who": row["actor"], "role": row["role"],
            "unit": callsigns.get(row["subject"]) or merged.get(row["subject"], ""), "text": "", "id": row["id"],
            "index": row["index"],
        }
        for row in told
        if row["act"] not in PARTS
    ]  # fmt: skip
    rows += [
        {"at": row["at"], "name": "", "who": row["by"], "role": row["role"], "unit": "", "text": row["text"],
         "id": None, "index": None}
        for row in incidents.remarks_of(incident)
    ]  # fmt: skip
    names = names_of({row["who"] for row in rows})
    for row in rows:
        row["who"] = names.get(row["who"]) or role_name(row["role"])
    return sorted(rows, key=lambda row: row["at"], reverse=True)
