"""The crews of the living city: they take what they are sent to, drive, work, come back, and drive around."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tartip.core.acts import Actor
from tartip.core.places import metres_between
from tartip.core.territory import tree
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import OPEN_STATES, Assignment
from tartip.operations.units import actions as units
from tartip.operations.units.models import Position, Unit
from tartip.operations.units.positions import put_positions
from tartip.simulation.city.people import attempt, role
from tartip.simulation.city.plan import EAST, NORTH, city
from tartip.simulation.random_streams import RandomStreams, around
from tartip.simulation.replay.model import Model

MOVE_EVERY = timedelta(seconds=5)
PATROL_METRES_PER_SECOND = 7
STROLL = 1_500
ALARM_ONE_IN = 4 * 3600


@dataclass(slots=True)
class Way:
    """From where to where, and when: positions between are on the straight line."""

    start: tuple[int, int]
    end: tuple[int, int]
    left: datetime
    there: datetime

    def at(self, moment: datetime) -> tuple[int, int]:
        whole = max(1.0, (self.there - self.left).total_seconds())
        share = min(1.0, max(0.0, (moment - self.left).total_seconds() / whole))
        return (
            round(self.start[0] + (self.end[0] - self.start[0]) * share),
            round(self.start[1] + (self.end[1] - self.start[1]) * share),
        )


class Crews:
    """Answers for every unit on duty; one with a tablet of its own is left to its person first."""

    def __init__(self, seed: int, speed: float, hands_off: timedelta) -> None:
        self._streams, self._speed, self._hands_off = RandomStreams(seed), speed, hands_off
        self._model = Model()
        self._ways: dict[uuid.UUID, Way] = {}
        self._strolls: dict[uuid.UUID, Way] = {}
        self._moved: datetime | None = None
        self._looked: datetime | None = None

    def tick(self, moment: datetime) -> None:
        out = list(Assignment.objects.filter(state__in=OPEN_STATES).select_related("incident", "unit"))
        for assignment in out:
            self._answer(assignment, moment)
        known = {assignment.pk for assignment in out}
        self._ways = {key: way for key, way in self._ways.items() if key in known}
        if self._moved is None or moment - self._moved >= MOVE_EVERY:
            self._move({assignment.unit_id: assignment for assignment in out}, moment)
            self._moved = moment
        self._alarm(out, moment)
        self._looked = moment

    def _answer(self, assignment: Assignment, moment: datetime) -> None:
        """Take the next step when its time has come: sent, acknowledged, en route, on the scene, cleared."""
        random, model = self._streams.of("crew", assignment.pk), self._model
        acknowledge = around(random, model.acknowledge, model.crew_spread)
        turn_out = around(random, model.turn_out, model.crew_spread)
        kind = assignment.incident.kind
        since: datetime | None
        act: Callable[..., Any]
        if assignment.state == "sent":
            act, since, seconds = dispatch.acknowledge, assignment.sent_at, acknowledge
        elif assignment.state == "acknowledged":
            act, since, seconds = dispatch.en_route, assignment.acknowledged_at, turn_out
        elif assignment.state == "en_route":
            way = self._way(assignment, moment)
            act, since, seconds = dispatch.arrive, way.left, 0
            if moment < way.there:
                return
        else:
            act, since, seconds = dispatch.clear, assignment.on_scene_at, model.on_scene(random, kind, long=False)
        wait = timedelta(seconds=seconds / self._speed)
        if assignment.unit.account_id is not None:
            wait += self._hands_off
        if since is not None and moment - since >= wait:
            attempt(act, crew_of(assignment.unit).saying(at=moment), assignment)

    def _way(self, assignment: Assignment, moment: datetime) -> Way:
        way = self._ways.get(assignment.pk)
        if way is None:
            random = self._streams.of("way", assignment.pk)
            position = Position.objects.filter(unit=assignment.unit_id).first()
            incident = assignment.incident
            start = (position.lon_e6, position.lat_e6) if position else None
            end = (
                (incident.lon_e6, incident.lat_e6)
                if incident.lon_e6 is not None and incident.lat_e6 is not None
                else None
            )
            metres = metres_between(*start, *end) if start and end else None
            seconds = self._model.travel(random, metres, assignment.priority)
            nowhere = end or start or (0, 0)
            there = moment + timedelta(seconds=seconds / self._speed)
            way = self._ways[assignment.pk] = Way(start or nowhere, nowhere, moment, there)
        return way

    def _move(self, out: dict[uuid.UUID, Assignment], moment: datetime) -> None:
        """Write where everybody is: on the way, on the scene, or driving around."""
        rows = []
        for position in Position.objects.filter(unit__state="on_duty").select_related("unit"):
            assignment = out.get(position.unit_id)
            here = (position.lon_e6, position.lat_e6)
            if assignment is None:
                here = self._stroll(position.unit_id, here, moment)
            elif assignment.state == "en_route":
                self._strolls.pop(position.unit_id, None)
                here = self._way(assignment, moment).at(moment)
            rows.append((position.unit_id, *here, moment))
        put_positions(rows)

    def _stroll(self, unit: uuid.UUID, here: tuple[int, int], moment: datetime) -> tuple[int, int]:
        way = self._strolls.get(unit)
        if way is None or moment >= way.there:
            end = self._goal(self._streams.of("stroll", unit, moment.timestamp()), here)
            seconds = max(10, metres_between(*here, *end) // PATROL_METRES_PER_SECOND)
            way = self._strolls[unit] = Way(here, end, moment, moment + timedelta(seconds=seconds / self._speed))
        return way.at(moment)

    def _goal(self, random: Random, here: tuple[int, int]) -> tuple[int, int]:
        """A point on a street of the home city for a crew that is in it; elsewhere some hundred metres away."""
        lon, lat, lon_end, lat_end, _ = random.choice(list(city().streets.values()))
        share = random.random()
        goal = (round((lon + (lon_end - lon) * share) * 1e6), round((lat + (lat_end - lat) * share) * 1e6))
        if metres_between(*here, *goal) < 30_000:
            return goal
        return here[0] + random.randint(-STROLL, STROLL) * EAST // 3, here[1] + random.randint(
            -STROLL, STROLL
        ) * NORTH // 3

    def _alarm(self, out: list[Assignment], moment: datetime) -> None:
        """Rarely a crew on the scene presses the button."""
        on_scene = [assignment for assignment in out if assignment.state == "on_scene"]
        if self._looked is None or not on_scene:
            return
        random = self._streams.of("alarm", moment.timestamp())
        passed = (moment - self._looked).total_seconds() * self._speed
        if random.random() < passed / ALARM_ONE_IN:
            unit: Unit = random.choice(on_scene).unit
            attempt(units.raise_alarm, crew_of(unit).saying(at=moment), unit)


def crew_of(unit: Unit) -> Actor:
    """The crew by its own tablet; a unit without one is heard by radio, and the desk enters what it says."""
    if unit.account_id is not None:
        return replace(role("crew", _region(unit.territory_id)), account=unit.account_id)
    return role("duty_officer", _region(unit.territory_id))


def _region(territory: str) -> str:
    return tree.region(territory) or territory
