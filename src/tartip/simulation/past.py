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
from tartip.simulation.answering import Talk
from tartip.simulation.case import Case, Duty
from tartip.simulation.citypeople import role
from tartip.simulation.cityplan import ZONE, Planned, city, plan_day, sample
from tartip.simulation.draws import Draws
from tartip.simulation.fleet import Crew
from tartip.simulation.hand import Hand
from tartip.simulation.lateness import Lateness
from tartip.simulation.mapping import Ending, Handling, Treatment
from tartip.simulation.model import Model
from tartip.simulation.pace import Pace
from tartip.simulation.player import Player, Stage
from tartip.simulation.source import Row

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
    days = Draws(seed).of("past", first).sample(range(28), DAYS)
    found = [call for day in days for call in sample(seed, first + timedelta(days=day), count // DAYS)]
    return sorted(found, key=lambda call: call.at)


def _enter_past(planned: Planned) -> None:
    """Receive, open, close: the thin life of a call long over."""
    answered = planned.at + timedelta(seconds=planned.ring)
    released = answered + timedelta(seconds=planned.talk)
    over = answered + timedelta(minutes=Draws(0).of("past", planned.number).randint(12, 70))
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
        hand = Hand("city", city().home)
        lateness = Lateness(city().home, Pace([0], 0))
        stage = Stage(hand, lateness, Draws(seed), Model(), city().home)
        player = Player(stage, [_case(call, line) for line, call in enumerate(planned)], _duties(hand))
        while (at := player.next_at()) is not None and at < moment:
            player.step()
        return player

    player = perform_together(work)
    put_positions([(unit, lon, lat, moment) for unit, lon, lat, _ in player.moved])
    return player.calls


def _case(call: Planned, line: int) -> Case:
    answered = call.at + timedelta(seconds=call.ring)
    talk = Talk(answered, answered + timedelta(seconds=call.talk * 3 // 5), answered + timedelta(seconds=call.talk))
    row = Row(line, call.number, call.at, call.kind, call.outcome, "", kind(call.kind).priority, 0, call.address, "")
    handling: Handling = "desk" if call.kind == "information" else "dispatch"
    return Case(row, Treatment(call.kind, handling), Ending(call.outcome, "served"), (call.lon_e6, call.lat_e6), talk)


def _duties(hand: Hand) -> list[Duty]:
    """The home city's units as the fleet entered them."""
    places = {row.unit_id: (row.lon_e6, row.lat_e6) for row in Position.objects.all()}
    duties = []
    for unit in Unit.objects.filter(territory=city().home, state="on_duty").order_by("callsign"):
        key = f"unit:{unit.callsign}"
        hand.know(key, unit.pk)
        duties.append(Duty(Crew(unit.callsign, "", unit.crew, places.get(unit.pk)), key, places.get(unit.pk)))
    return duties
