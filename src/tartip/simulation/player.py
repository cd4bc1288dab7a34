"""Playing rows through the same acts as live ones: a queue of events ordered by simulated time.

A call rings, is answered, understood, opened or joined, waits for a unit by priority and age, is served and closed.
What the source tells is kept: number, time, address, type, priority, ending. The rest is drawn (see `model`).
"""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tartip.core.places import cell_of
from tartip.operations.calls import actions as calls
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents import actions as incidents, queries
from tartip.operations.incidents.models import Incident, Joining
from tartip.operations.units.models import Unit
from tartip.simulation.case import Case, Duty, Sortie
from tartip.simulation.draws import Draws, around
from tartip.simulation.fleet import metres
from tartip.simulation.hand import Hand, Held
from tartip.simulation.lateness import Lateness
from tartip.simulation.model import Model

Event = tuple[datetime, int, Callable[[datetime, Any], None], Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a player works with: whose hand, which clocks, which draws."""

    hand: Hand
    lateness: Lateness
    draws: Draws
    model: Model
    territory: str


class Player:
    """One division: its calls, its crews, its queue. Divisions share nothing, so they may be played at once."""

    def __init__(self, stage: Stage, cases: Iterable[Case], crews: Iterable[Duty]) -> None:
        self.stage = stage
        self.crews = list(crews)
        self.calls = 0
        self.moved: list[tuple[uuid.UUID, int, int, datetime]] = []
        self._events: list[Event] = []
        self._count = 0
        self._waiting: list[Case] = []
        self._by_incident: dict[uuid.UUID, Case] = {}
        for case in cases:
            self._plan(case.row.at, self._radio if case.own_initiative else self._ring, case)

    def next_at(self) -> datetime | None:
        """When something happens next; None when everything is over."""
        return self._events[0][0] if self._events else None

    def step(self) -> None:
        """Let the next thing happen."""
        at, _, happen, subject = heapq.heappop(self._events)
        happen(at, subject)

    def _plan(self, at: datetime, happen: Callable[[datetime, Any], None], subject: object) -> None:
        self._count += 1
        heapq.heappush(self._events, (at, self._count, happen, subject))

    def _after(self, at: datetime, seconds: int, happen: Callable[[datetime, Any], None], subject: object) -> None:
        self._plan(at + timedelta(seconds=seconds), happen, subject)

    def _drawn(self, case: Case, what: str, median: int) -> int:
        return around(self.stage.draws.of(what, case.row.number), median, self.stage.model.office_spread)

    # The call

    def _ring(self, at: datetime, case: Case) -> None:
        assert case.talk is not None
        case.call = self._receive(at, case, channel="102")
        case.answer_due = self.stage.lateness.due("ops-answer", at)
        self._plan(case.talk.answered, self._answer, case)
        self._plan(case.talk.assessed, self._note if case.treatment.handling == "desk" else self._understand, case)
        self._plan(case.talk.released, self._release, case)

    def _radio(self, at: datetime, case: Case) -> None:
        case.call = self._receive(at, case, channel="radio", answered_at=at, released_at=at)
        self._open(at, case)
        self._course(at, case)

    def _receive(self, at: datetime, case: Case, **facts: Any) -> Held[Call]:
        self.calls += 1
        return self.stage.hand.make(
            Call, calls.receive_call, "operator", at, f"{case.row.number}:call",
            territory=self.stage.territory, offered_at=at, kind_code=case.treatment.kind,
            source_number=case.row.number, **_place(case), **facts,
        )  # fmt: skip

    def _answer(self, at: datetime, case: Case) -> None:
        self.stage.lateness.before(at, case.answer_due)
        self._change("call.answer", calls.answer_call, "operator", at, case.call)
        case.assess_due = self.stage.lateness.due("ops-assess", at)

    def _release(self, at: datetime, case: Case) -> None:
        self._rated(at, case)
        self._change("call.release", calls.release_call, "operator", at, case.call)

    def _rated(self, at: datetime, case: Case) -> None:
        self.stage.lateness.before(at, case.assess_due)
        case.assess_due = None

    def _note(self, at: datetime, case: Case) -> None:
        """A question that the desk answers: the operator says so in the card, and no incident is opened."""
        self._rated(at, case)
        self._change(
            "call.question", calls.fill_card, "operator", at, case.call, kind_code=case.treatment.kind, card={}
        )

    def _understand(self, at: datetime, case: Case) -> None:
        self._rated(at, case)
        if not self._join(at, case):
            self._open(at, case)
            self._course(at, case)

    def _join(self, at: datetime, case: Case) -> bool:
        """Join the call where the suggester is sure enough; it is told nothing of the source's mark."""
        hand, key = self.stage.hand, f"{case.row.number}:join"
        if hand.made(key, Joining) is not None:
            return True
        if case.spot is None or hand.made(f"{case.row.number}:open", Incident) is not None:
            return False
        lon_e6, lat_e6 = case.spot
        found = queries.lookalikes(
            hand.actors["operator"], kind=case.treatment.kind, at=at, lon_e6=lon_e6, lat_e6=lat_e6,
            cell=cell_of(lon_e6 / 1e6, lat_e6 / 1e6), address=case.address,
        )  # fmt: skip
        if not found or found[0]["score"] < self.stage.model.join_score:
            return False
        known = self._by_incident.get(found[0]["id"])
        target = known.incident if known is not None else None
        target = target or Held(Incident, found[0]["id"])
        assert case.call is not None
        hand.make(Joining, incidents.join_call, "operator", at, key, case.call, target)
        return True

    # The incident

    def _open(self, at: datetime, case: Case) -> None:
        assert case.call is not None
        case.opened = at
        case.incident = self.stage.hand.make(
            Incident, lambda actor, call, **facts: incidents.open_incident(actor, call=call, **facts), "operator", at,
            f"{case.row.number}:open", case.call,
            territory=self.stage.territory, kind_code=case.treatment.kind, priority=case.priority, **_place(case),
        )  # fmt: skip
        case.dispatch_due = self.stage.lateness.due(f"ops-dispatch-{case.priority}", at)
        self._by_incident[case.incident.id] = case

    def _course(self, at: datetime, case: Case) -> None:
        """What happens to an incident once it is open."""
        model, course = self.stage.model, case.ending.course
        if course == "duplicate" or (course == "unserved" and case.treatment.handling != "broadcast"):
            self._after(at, self._drawn(case, "stand_down", model.stand_down), self._call_off, case)
        elif case.treatment.handling == "broadcast":
            self._after(at, self._drawn(case, "broadcast", model.broadcast), self._close, case)
        elif case.own_initiative:
            self._decide(at, case)
        else:
            median = model.decide[case.priority - 1]
            self._after(at, self._drawn(case, "decide", median), self._decide, case)

    def _decide(self, at: datetime, case: Case) -> None:
        self._waiting.append(case)
        self._send_waiting(at)

    def _call_off(self, at: datetime, case: Case) -> None:
        """Stand down; at priority 1 one asks and another confirms."""
        if case.closed:
            return
        if case.priority == 1:
            self._change(
                "incident.ask_stand_down", incidents.ask_stand_down, "dispatcher", at, case.incident,
                reason=case.ending.outcome,
            )  # fmt: skip
            self._after(at, 5, self._stand_down, case)
        else:
            self._stand_down(at, case)

    def _stand_down(self, at: datetime, case: Case) -> None:
        if case.closed:
            return
        out = [sortie for sortie in case.out if sortie.open]
        self.stage.lateness.before(at, case.dispatch_due)
        for sortie in out:
            self.stage.lateness.before(at, sortie.acknowledge_due, sortie.arrive_due)
        self._change(
            "incident.stand_down", dispatch.stand_down, "supervisor", at, case.incident, reason=case.ending.outcome
        )
        case.closed = True
        for sortie in out:
            self._back(sortie)
        self._forget(case)
        self._send_waiting(at)

    def _close(self, at: datetime, case: Case) -> None:
        self.stage.lateness.before(at, case.dispatch_due)
        outcome = "information" if case.treatment.handling == "broadcast" else case.ending.outcome
        closes = self.stage.hand.actors["dispatcher"]
        if case.priority == 1 and case.incident and incidents.needs_two(closes, case.incident.get(), outcome):
            self._change(
                "incident.ask_stand_down", incidents.ask_stand_down, "supervisor", at, case.incident, reason=outcome
            )
        self._change("incident.close", dispatch.close, "dispatcher", at, case.incident, outcome=outcome)
        case.closed = True
        self._forget(case)

    def _forget(self, case: Case) -> None:
        assert case.incident is not None
        self._by_incident.pop(case.incident.id, None)

    # The units

    def _send_waiting(self, at: datetime) -> None:
        """Send free crews to those who wait, by priority and age; the reserve is kept for the urgent."""
        self._waiting.sort(key=lambda case: (case.priority, case.opened, case.row.line))
        for case in list(self._waiting):
            free = [duty for duty in self.crews if duty.out is None]
            held_back = 0 if case.priority <= 2 or case.own_initiative else self.stage.model.reserve
            if len(free) <= held_back:
                if not free:
                    return
                continue
            self._waiting.remove(case)
            for duty in _nearest(free, case)[: 2 if case.priority == 1 and not case.own_initiative else 1]:
                self._send(at, case, duty)

    def _send(self, at: datetime, case: Case, duty: Duty) -> None:
        assert case.incident is not None
        stage, first = self.stage, not case.out
        stage.lateness.before(at, case.dispatch_due)
        case.dispatch_due = None
        unit = stage.hand.made(duty.unit_key, Unit)
        assert unit is not None
        sortie = Sortie(
            case, duty,
            stage.hand.make(
                Assignment, dispatch.send_unit, "dispatcher", at, f"{case.row.number}:send:{duty.crew.callsign}",
                case.incident, unit,
            ),
            at,
            stage.lateness.due(f"ops-acknowledge-{case.priority}", at),
            stage.lateness.due(f"ops-arrive-{case.priority}", at),
        )  # fmt: skip
        duty.out = sortie
        case.out.append(sortie)
        random = stage.draws.of("crew", case.row.number, duty.crew.callsign)
        if case.own_initiative:
            self._after(at, 1, self._acknowledge, sortie)
            self._after(at, 2, self._arrive, sortie)
            return
        model = stage.model
        taken = around(random, model.acknowledge, model.crew_spread)
        started = taken + around(random, model.turn_out, model.crew_spread)
        there = started + model.travel(random, metres(duty.spot, case.spot), case.priority)
        self._after(at, taken, self._acknowledge, sortie)
        self._after(at, started, self._en_route, sortie)
        self._after(at, there, self._arrive, sortie)
        if case.ending.course == "recalled" and first:
            recalled = min(self._drawn(case, "recall", model.recall), there - 6)
            self._after(at, max(1, recalled), self._call_off, case)

    def _acknowledge(self, at: datetime, sortie: Sortie) -> None:
        if sortie.open:
            self.stage.lateness.before(at, sortie.acknowledge_due)
            sortie.acknowledge_due = None
            self._change("dispatch.acknowledge", dispatch.acknowledge, "dispatcher", at, sortie.assignment)

    def _en_route(self, at: datetime, sortie: Sortie) -> None:
        if sortie.open:
            self._change("dispatch.en_route", dispatch.en_route, "dispatcher", at, sortie.assignment)

    def _arrive(self, at: datetime, sortie: Sortie) -> None:
        if not sortie.open:
            return
        case, stage = sortie.case, self.stage
        stage.lateness.before(at, sortie.arrive_due)
        sortie.arrive_due = None
        self._change("dispatch.arrive", dispatch.arrive, "dispatcher", at, sortie.assignment)
        if case.spot is not None:
            sortie.duty.spot = case.spot
            self.moved.append((sortie.assignment.get().unit_id, *case.spot, at))
        random = stage.draws.of("scene", case.row.number, sortie.duty.crew.callsign)
        busy = stage.model.on_scene(random, case.treatment.kind, long=case.ending.long)
        self._after(at, busy, self._clear, sortie)

    def _clear(self, at: datetime, sortie: Sortie) -> None:
        if not sortie.open:
            return
        self._change("dispatch.clear", dispatch.clear, "dispatcher", at, sortie.assignment)
        self._back(sortie)
        if not any(other.open for other in sortie.case.out):
            self._close(at, sortie.case)
        self._send_waiting(at)

    def _back(self, sortie: Sortie) -> None:
        sortie.open = False
        sortie.duty.out = None

    def _change(
        self, code: str, act: Callable[..., Any], role: str, at: datetime, held: Held[Any] | None, **facts: Any
    ) -> None:
        assert held is not None
        self.stage.hand.change(code, act, role, at, held, **facts)


def _nearest(free: list[Duty], case: Case) -> list[Duty]:
    """Free crews by distance; those whose way is not known come last. An officer alone follows a near crew of two."""

    def way(duty: Duty) -> tuple[int, str]:
        distance = metres(duty.spot, case.spot)
        return (1 << 30 if distance is None else distance, duty.crew.callsign)

    return sorted(free, key=way)


def _place(case: Case) -> dict[str, Any]:
    if case.spot is None:
        return {"address": case.address}
    return {"lon": case.spot[0] / 1e6, "lat": case.spot[1] / 1e6, "address": case.address}
