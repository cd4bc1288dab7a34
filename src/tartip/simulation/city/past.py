"""A past for the demo, by real acts: closed months thin and everywhere, the last hours in full in the home city."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from tartip.core.acts import perform_together
from tartip.operations.calls import actions as calls
from tartip.operations.calls.kinds import kind
from tartip.operations.incidents import actions as incidents
from tartip.operations.units.models import Position, Unit
from tartip.operations.units.positions import put_positions
from tartip.simulation.city.people import role
from tartip.simulation.city.plan import ZONE, Planned, city, plan_day, sample
from tartip.simulation.random_streams import RandomStreams
from tartip.simulation.replay.act_runner import ActRunner
from tartip.simulation.replay.conversations import Conversation
from tartip.simulation.replay.fleet import Crew
from tartip.simulation.replay.lateness import Lateness
from tartip.simulation.replay.mapping import Ending, Handling, Treatment
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.player import Player, ReplayContext
from tartip.simulation.replay.process_times import ProcessTimes
from tartip.simulation.replay.replayed_call import ReplayedCall, Shift
from tartip.simulation.replay.source import Row

DAYS = 6


def closed_months(seed: int, moment: datetime, count: int) -> int:
    """`count` calls in every closed month of this year and the last; returns how many."""
    return sum(perform_together(partial(_closed_month, seed, first, count)) for first in _months(moment))


def _closed_month(seed: int, first: date, count: int) -> int:
    planned = _sample(seed, first, count)
    for call in planned:
        _enter_past(call)
    return len(planned)


def _months(moment: datetime) -> Iterator[date]:
    today = moment.astimezone(ZONE).date()
    for year in (today.year - 1, today.year):
        for month in range(1, 13):
            if (year, month) < (today.year, today.month):
                yield date(year, month, 1)


def _sample(seed: int, first: date, count: int) -> list[Planned]:
    """Calls on some days of the month, in order."""
    days = RandomStreams(seed).of("past", first).sample(range(28), DAYS)
    found = [call for day in days for call in sample(seed, first + timedelta(days=day), count // DAYS)]
    return sorted(found, key=lambda call: call.at)


def _enter_past(planned: Planned) -> None:
    """Receive, open, close: the thin life of a call long over."""
    answered = planned.at + timedelta(seconds=planned.ring)
    released = answered + timedelta(seconds=planned.talk)
    over = answered + timedelta(minutes=RandomStreams(0).of("past", planned.number).randint(12, 70))
    where: dict[str, Any] = {
        "territory": planned.territory, "lon": planned.lon_e6 / 1e6, "lat": planned.lat_e6 / 1e6,
        "radius_m": planned.radius_m, "address": planned.address, "kind_code": planned.kind,
    }  # fmt: skip
    operator, officer = role("operator"), role("duty_officer")
    call = calls.receive_call(
        operator.saying(at=planned.at), offered_at=planned.at, answered_at=answered, released_at=released,
        source_number=planned.number, **where,
    )  # fmt: skip
    incident = incidents.open_incident(operator.saying(at=released), call=call, **where)
    if incidents.needs_two(officer, incident, planned.outcome):
        head = role("head_of_shift").saying(at=over)
        incidents.ask_stand_down(head, incident, reason=planned.outcome)
    incidents.close_incident(officer.saying(at=over), incident, outcome=planned.outcome)


def last_hours(seed: int, moment: datetime, hours: int) -> int:
    """Play the home city's last hours with its units; what is under way at `moment` stays under way."""
    began = moment - timedelta(hours=hours)
    days = {began.astimezone(ZONE).date(), moment.astimezone(ZONE).date()}
    planned = [
        call
        for day in sorted(days)
        for call in plan_day(seed, day)
        if call.territory == city().home
        and call.at >= began
        and call.at + timedelta(seconds=call.ring + call.talk) < moment
    ]

    def work() -> Player:
        # All of it is made anew where the database broke the transaction off.
        runner = ActRunner("city", city().home)
        lateness = Lateness(city().home, ProcessTimes([0], 0))
        context = ReplayContext(runner, lateness, RandomStreams(seed), Model(), city().home)
        player = Player(context, [_replayed_call(call, line) for line, call in enumerate(planned)], _shifts(runner))
        while (at := player.next_at()) is not None and at < moment:
            player.step()
        return player

    player = perform_together(work)
    put_positions([(unit, lon, lat, moment) for unit, lon, lat, _ in player.moved])
    return player.calls


def _replayed_call(call: Planned, line: int) -> ReplayedCall:
    answered = call.at + timedelta(seconds=call.ring)
    conversation = Conversation(
        answered, answered + timedelta(seconds=call.talk * 3 // 5), answered + timedelta(seconds=call.talk)
    )
    row = Row(line, call.number, call.at, call.kind, call.outcome, "", kind(call.kind).priority, 0, call.address, "")
    handling: Handling = "desk" if call.kind == "information" else "dispatch"
    return ReplayedCall(
        row, Treatment(call.kind, handling), Ending(call.outcome, "served"), (call.lon_e6, call.lat_e6), conversation
    )


def _shifts(runner: ActRunner) -> list[Shift]:
    """The home city's units as the fleet entered them."""
    places = {row.unit_id: (row.lon_e6, row.lat_e6) for row in Position.objects.all()}
    shifts = []
    for unit in Unit.objects.filter(territory=city().home, state="on_duty").order_by("callsign"):
        key = f"unit:{unit.callsign}"
        runner.know(key, unit.pk)
        shifts.append(Shift(Crew(unit.callsign, "", unit.crew, places.get(unit.pk)), key, places.get(unit.pk)))
    return shifts
