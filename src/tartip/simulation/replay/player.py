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
from tartip.simulation.random_streams import RandomStreams, around
from tartip.simulation.replay.act_runner import ActRunner, RecordRef
from tartip.simulation.replay.fleet import metres
from tartip.simulation.replay.lateness import Lateness
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.replayed_call import ReplayedCall, Shift, Sortie

Event = tuple[datetime, int, Callable[[datetime, Any], None], Any]


@dataclass(frozen=True, slots=True)
class ReplayContext:
    """What a player works with: who performs the acts, which clocks, which random streams."""

    runner: ActRunner
    lateness: Lateness
    streams: RandomStreams
    model: Model
    territory: str


class Player:
    """One division: its calls, its crews, its queue. Divisions share nothing, so they may be played at once."""

    def __init__(self, context: ReplayContext, replayed_calls: Iterable[ReplayedCall], crews: Iterable[Shift]) -> None:
        self.context = context
        self.crews = list(crews)
        self.calls = 0
        self.moved: list[tuple[uuid.UUID, int, int, datetime]] = []
        self._events: list[Event] = []
        self._count = 0
        self._waiting: list[ReplayedCall] = []
        self._by_incident: dict[uuid.UUID, ReplayedCall] = {}
        for replayed in replayed_calls:
            self._plan(replayed.row.at, self._radio if replayed.own_initiative else self._ring, replayed)

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

    def _draw_seconds(self, replayed: ReplayedCall, what: str, median: int) -> int:
        return around(self.context.streams.of(what, replayed.row.number), median, self.context.model.office_spread)

    # The call

    def _ring(self, at: datetime, replayed: ReplayedCall) -> None:
        assert replayed.conversation is not None
        replayed.call = self._receive(at, replayed, channel="102")
        replayed.answer_due = self.context.lateness.due("ops-answer", at)
        self._plan(replayed.conversation.answered, self._answer, replayed)
        self._plan(
            replayed.conversation.assessed,
            self._note if replayed.treatment.handling == "desk" else self._understand,
            replayed,
        )
        self._plan(replayed.conversation.released, self._release, replayed)

    def _radio(self, at: datetime, replayed: ReplayedCall) -> None:
        replayed.call = self._receive(at, replayed, channel="radio", answered_at=at, released_at=at)
        self._open(at, replayed)
        self._course(at, replayed)

    def _receive(self, at: datetime, replayed: ReplayedCall, **facts: Any) -> RecordRef[Call]:
        self.calls += 1
        return self.context.runner.make(
            Call, calls.receive_call, "operator", at, f"{replayed.row.number}:call",
            territory=self.context.territory, offered_at=at, kind_code=replayed.treatment.kind,
            source_number=replayed.row.number, **_place(replayed), **facts,
        )  # fmt: skip

    def _answer(self, at: datetime, replayed: ReplayedCall) -> None:
        self.context.lateness.before(at, replayed.answer_due)
        self._change("call.answer", calls.answer_call, "operator", at, replayed.call)
        replayed.assess_due = self.context.lateness.due("ops-assess", at)

    def _release(self, at: datetime, replayed: ReplayedCall) -> None:
        self._rated(at, replayed)
        self._change("call.release", calls.release_call, "operator", at, replayed.call)

    def _rated(self, at: datetime, replayed: ReplayedCall) -> None:
        self.context.lateness.before(at, replayed.assess_due)
        replayed.assess_due = None

    def _note(self, at: datetime, replayed: ReplayedCall) -> None:
        """A question that the desk answers: the operator says so in the card, and no incident is opened."""
        self._rated(at, replayed)
        self._change(
            "call.question", calls.fill_card, "operator", at, replayed.call, kind_code=replayed.treatment.kind, card={}
        )

    def _understand(self, at: datetime, replayed: ReplayedCall) -> None:
        self._rated(at, replayed)
        if not self._join(at, replayed):
            self._open(at, replayed)
            self._course(at, replayed)

    def _join(self, at: datetime, replayed: ReplayedCall) -> bool:
        """Join the call where the suggester is sure enough; it is told nothing of the source's mark."""
        runner, key = self.context.runner, f"{replayed.row.number}:join"
        if runner.made(key, Joining) is not None:
            return True
        if replayed.spot is None or runner.made(f"{replayed.row.number}:open", Incident) is not None:
            return False
        lon_e6, lat_e6 = replayed.spot
        found = queries.lookalikes(
            runner.actors["operator"], kind=replayed.treatment.kind, at=at, lon_e6=lon_e6, lat_e6=lat_e6,
            cell=cell_of(lon_e6 / 1e6, lat_e6 / 1e6), address=replayed.address,
        )  # fmt: skip
        if not found or found[0]["score"] < self.context.model.join_score:
            return False
        known = self._by_incident.get(found[0]["id"])
        target = known.incident if known is not None else None
        target = target or RecordRef(Incident, found[0]["id"])
        assert replayed.call is not None
        runner.make(Joining, incidents.join_call, "operator", at, key, replayed.call, target)
        return True

    # The incident

    def _open(self, at: datetime, replayed: ReplayedCall) -> None:
        assert replayed.call is not None
        replayed.opened = at
        replayed.incident = self.context.runner.make(
            Incident, lambda actor, call, **facts: incidents.open_incident(actor, call=call, **facts), "operator", at,
            f"{replayed.row.number}:open", replayed.call,
            territory=self.context.territory, kind_code=replayed.treatment.kind, priority=replayed.priority,
            **_place(replayed),
        )  # fmt: skip
        replayed.dispatch_due = self.context.lateness.due(f"ops-dispatch-{replayed.priority}", at)
        self._by_incident[replayed.incident.id] = replayed

    def _course(self, at: datetime, replayed: ReplayedCall) -> None:
        """What happens to an incident once it is open."""
        model, course = self.context.model, replayed.ending.course
        if course == "duplicate" or (course == "unserved" and replayed.treatment.handling != "broadcast"):
            self._after(at, self._draw_seconds(replayed, "stand_down", model.stand_down), self._call_off, replayed)
        elif replayed.treatment.handling == "broadcast":
            self._after(at, self._draw_seconds(replayed, "broadcast", model.broadcast), self._close, replayed)
        elif replayed.own_initiative:
            self._decide(at, replayed)
        else:
            median = model.decide[replayed.priority - 1]
            self._after(at, self._draw_seconds(replayed, "decide", median), self._decide, replayed)

    def _decide(self, at: datetime, replayed: ReplayedCall) -> None:
        self._waiting.append(replayed)
        self._send_waiting(at)

    def _call_off(self, at: datetime, replayed: ReplayedCall) -> None:
        """Stand down; at priority 1 one asks and another confirms."""
        if replayed.closed:
            return
        if replayed.priority == 1:
            self._change(
                "incident.ask_stand_down", incidents.ask_stand_down, "dispatcher", at, replayed.incident,
                reason=replayed.ending.outcome,
            )  # fmt: skip
            self._after(at, 5, self._stand_down, replayed)
        else:
            self._stand_down(at, replayed)

    def _stand_down(self, at: datetime, replayed: ReplayedCall) -> None:
        if replayed.closed:
            return
        out = [sortie for sortie in replayed.out if sortie.open]
        self.context.lateness.before(at, replayed.dispatch_due)
        for sortie in out:
            self.context.lateness.before(at, sortie.acknowledge_due, sortie.arrive_due)
        self._change(
            "incident.stand_down",
            dispatch.stand_down,
            "supervisor",
            at,
            replayed.incident,
            reason=replayed.ending.outcome,
        )
        replayed.closed = True
        for sortie in out:
            self._back(sortie)
        self._forget(replayed)
        self._send_waiting(at)

    def _close(self, at: datetime, replayed: ReplayedCall) -> None:
        self.context.lateness.before(at, replayed.dispatch_due)
        outcome = "information" if replayed.treatment.handling == "broadcast" else replayed.ending.outcome
        closes = self.context.runner.actors["dispatcher"]
        if (
            replayed.priority == 1
            and replayed.incident
            and incidents.needs_two(closes, replayed.incident.get(), outcome)
        ):
            self._change(
                "incident.ask_stand_down", incidents.ask_stand_down, "supervisor", at, replayed.incident, reason=outcome
            )
        self._change("incident.close", dispatch.close, "dispatcher", at, replayed.incident, outcome=outcome)
        replayed.closed = True
        self._forget(replayed)

    def _forget(self, replayed: ReplayedCall) -> None:
        assert replayed.incident is not None
        self._by_incident.pop(replayed.incident.id, None)

    # The units

    def _send_waiting(self, at: datetime) -> None:
        """Send free crews to those who wait, by priority and age; the reserve is kept for the urgent."""
        self._waiting.sort(key=lambda replayed: (replayed.priority, replayed.opened, replayed.row.line))
        for replayed in list(self._waiting):
            free = [shift for shift in self.crews if shift.out is None]
            held_back = 0 if replayed.priority <= 2 or replayed.own_initiative else self.context.model.reserve
            if len(free) <= held_back:
                if not free:
                    return
                continue
            self._waiting.remove(replayed)
            for shift in _nearest(free, replayed)[: 2 if replayed.priority == 1 and not replayed.own_initiative else 1]:
                self._send(at, replayed, shift)

    def _send(self, at: datetime, replayed: ReplayedCall, shift: Shift) -> None:
        assert replayed.incident is not None
        context, first = self.context, not replayed.out
        context.lateness.before(at, replayed.dispatch_due)
        replayed.dispatch_due = None
        unit = context.runner.made(shift.unit_key, Unit)
        assert unit is not None
        sortie = Sortie(
            replayed, shift,
            context.runner.make(
                Assignment, dispatch.send_unit, "dispatcher", at, f"{replayed.row.number}:send:{shift.crew.callsign}",
                replayed.incident, unit,
            ),
            at,
            context.lateness.due(f"ops-acknowledge-{replayed.priority}", at),
            context.lateness.due(f"ops-arrive-{replayed.priority}", at),
        )  # fmt: skip
        shift.out = sortie
        replayed.out.append(sortie)
        random = context.streams.of("crew", replayed.row.number, shift.crew.callsign)
        if replayed.own_initiative:
            self._after(at, 1, self._acknowledge, sortie)
            self._after(at, 2, self._arrive, sortie)
            return
        model = context.model
        taken = around(random, model.acknowledge, model.crew_spread)
        started = taken + around(random, model.turn_out, model.crew_spread)
        there = started + model.travel(random, metres(shift.spot, replayed.spot), replayed.priority)
        self._after(at, taken, self._acknowledge, sortie)
        self._after(at, started, self._en_route, sortie)
        self._after(at, there, self._arrive, sortie)
        if replayed.ending.course == "recalled" and first:
            recalled = min(self._draw_seconds(replayed, "recall", model.recall), there - 6)
            self._after(at, max(1, recalled), self._call_off, replayed)

    def _acknowledge(self, at: datetime, sortie: Sortie) -> None:
        if sortie.open:
            self.context.lateness.before(at, sortie.acknowledge_due)
            sortie.acknowledge_due = None
            self._change("dispatch.acknowledge", dispatch.acknowledge, "dispatcher", at, sortie.assignment)

    def _en_route(self, at: datetime, sortie: Sortie) -> None:
        if sortie.open:
            self._change("dispatch.en_route", dispatch.en_route, "dispatcher", at, sortie.assignment)

    def _arrive(self, at: datetime, sortie: Sortie) -> None:
        if not sortie.open:
            return
        replayed, context = sortie.replayed, self.context
        context.lateness.before(at, sortie.arrive_due)
        sortie.arrive_due = None
        self._change("dispatch.arrive", dispatch.arrive, "dispatcher", at, sortie.assignment)
        if replayed.spot is not None:
            sortie.shift.spot = replayed.spot
            self.moved.append((sortie.assignment.get().unit_id, *replayed.spot, at))
        random = context.streams.of("scene", replayed.row.number, sortie.shift.crew.callsign)
        busy = context.model.on_scene(random, replayed.treatment.kind, long=replayed.ending.long)
        self._after(at, busy, self._clear, sortie)

    def _clear(self, at: datetime, sortie: Sortie) -> None:
        if not sortie.open:
            return
        self._change("dispatch.clear", dispatch.clear, "dispatcher", at, sortie.assignment)
        self._back(sortie)
        if not any(other.open for other in sortie.replayed.out):
            self._close(at, sortie.replayed)
        self._send_waiting(at)

    def _back(self, sortie: Sortie) -> None:
        sortie.open = False
        sortie.shift.out = None

    def _change(
        self, code: str, act: Callable[..., Any], role: str, at: datetime, ref: RecordRef[Any] | None, **facts: Any
    ) -> None:
        assert ref is not None
        self.context.runner.change(code, act, role, at, ref, **facts)


def _nearest(free: list[Shift], replayed: ReplayedCall) -> list[Shift]:
    """Free crews by distance; those whose way is not known come last. An officer alone follows a near crew of two."""

    def way(shift: Shift) -> tuple[int, str]:
        distance = metres(shift.spot, replayed.spot)
        return (1 << 30 if distance is None else distance, shift.crew.callsign)

    return sorted(free, key=way)


def _place(replayed: ReplayedCall) -> dict[str, Any]:
    if replayed.spot is None:
        return {"address": replayed.address}
    return {"lon": replayed.spot[0] / 1e6, "lat": replayed.spot[1] / 1e6, "address": replayed.address}
