"""Laying a source out for playing: calls with places and conversations, crews, divided so that parts share nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tartip.operations.units import actions as units
from tartip.operations.units.models import Unit
from tartip.operations.units.positions import put_positions
from tartip.simulation.random_streams import RandomStreams
from tartip.simulation.replay.act_runner import ActRunner
from tartip.simulation.replay.conversations import draw_conversations
from tartip.simulation.replay.fleet import Crew, fleet_of
from tartip.simulation.replay.mapping import CallMapping
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.replayed_call import ReplayedCall, Shift
from tartip.simulation.replay.source import Row, Source
from tartip.simulation.replay.terrain import terrain_of


@dataclass(slots=True)
class Part:
    """One division: its calls and its crews."""

    division: str
    replayed_calls: list[ReplayedCall]
    shifts: list[Shift]


@dataclass(slots=True)
class Plan:
    """A whole replay, laid out. `identity` names exactly this source, mapping, seed and model."""

    parts: list[Part]
    crews: list[Crew]
    first: datetime
    last: datetime
    identity: str


def plan_of(source: Source, mapping: CallMapping, seed: int, model: Model) -> Plan:
    """Lay out `source.rows` on the terrain and with the fleet of `source.whole`."""
    streams = RandomStreams(seed)
    terrain = terrain_of(mapping.territory, {row.beat for row in source.whole}.difference(mapping.nowhere), streams)
    crews = fleet_of(source.whole, mapping, terrain, streams, model)
    answered = draw_conversations(
        (row for row in source.whole if mapping.treatment(row.type).handling != "patrol"), streams, model
    )
    parts = {crew.division: Part(crew.division, [], []) for crew in crews}
    for crew in crews:
        parts[crew.division].shifts.append(Shift(crew, f"unit:{crew.callsign}", crew.home))
    for row in source.rows:
        treatment = mapping.treatment(row.type)
        nowhere = row.beat in mapping.nowhere or not row.road
        spot = None if nowhere else terrain.spot(row.beat, row.block, row.road, row.crossing)
        ending = mapping.ending(row.disposition, treatment.kind)
        division = mapping.division(row.beat)
        part = parts.setdefault(division, Part(division, [], []))
        part.replayed_calls.append(ReplayedCall(row, treatment, ending, spot, answered.get(row.number)))
    first, last = source.rows[0].at, source.rows[-1].at
    return Plan(list(parts.values()), crews, first, last, _identity(source.rows, mapping, seed, model))


def _identity(rows: Sequence[Row], mapping: CallMapping, seed: int, model: Model) -> str:
    told = hashlib.sha256(repr((seed, model, mapping)).encode())
    for row in rows:
        told.update(repr(row).encode())
    return told.hexdigest()[:12]


def balanced(parts: Sequence[Part], workers: int) -> list[list[Part]]:
    """The parts dealt to `workers` heaps of about equal work, the heaviest first."""
    heaps: list[list[Part]] = [[] for _ in range(workers)]
    for part in sorted(parts, key=lambda part: (-len(part.replayed_calls), part.division)):
        min(heaps, key=lambda heap: sum(len(other.replayed_calls) for other in heap)).append(part)
    return heaps


def enter_fleet(runner: ActRunner, plan: Plan, territory: str) -> None:
    """Every crew as a unit on duty from the first call on."""
    positions = []
    for crew in plan.crews:
        unit = runner.make(
            Unit, units.enter_unit, "supervisor", plan.first, f"unit:{crew.callsign}",
            territory=territory, callsign=crew.callsign, crew=crew.officers,
        )  # fmt: skip
        runner.change("unit.begin", units.begin_duty, "supervisor", plan.first, unit)
        if crew.home is not None:
            positions.append((unit.id, *crew.home, plan.first))
    put_positions(positions)


def end_shifts(runner: ActRunner, plan: Plan, at: datetime) -> None:
    from tartip.operations.dispatch.actions import end_duty

    for crew in plan.crews:
        unit = runner.made(f"unit:{crew.callsign}", Unit)
        if unit is not None:
            runner.change("unit.end", end_duty, "supervisor", at, unit)
