"""The generated fleet: crews by division, where they are, and who is nearest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tartip.core.places import metres_between
from tartip.simulation.random_streams import RandomStreams
from tartip.simulation.replay.mapping import CallMapping
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.source import Row
from tartip.simulation.replay.terrain import Spot, Terrain


@dataclass(frozen=True, slots=True)
class Crew:
    """One unit as it begins: its beat's centre is where it waits; without a place where the division has none."""

    callsign: str
    division: str
    officers: int
    home: Spot | None


def fleet_of(
    rows: Iterable[Row], mapping: CallMapping, terrain: Terrain, streams: RandomStreams, model: Model
) -> list[Crew]:
    """`model.units` crews shared among divisions by their load, and within one spread evenly over its beats."""
    load: Counter[str] = Counter()
    beats: dict[str, Counter[str]] = {}
    for row in rows:
        treatment = mapping.treatment(row.type)
        if treatment.handling in ("dispatch", "patrol"):
            division = mapping.division(row.beat)
            load[division] += 1
            beats.setdefault(division, Counter())[row.beat] += 1
    crews = []
    for division, count in sorted(shared(load, model.units, model.fewest).items()):
        busiest = [beat for beat, _ in beats[division].most_common()]
        for number in range(count):
            beat = busiest[number % len(busiest)]
            officers = 1 if streams.of("officers", division, number).random() < 0.25 else 2
            home = None if beat in mapping.nowhere else terrain.centre(beat)
            crews.append(Crew(f"{mapping.callsign} {division or 0}-{number + 1:02}", division, officers, home))
    return crews


def shared(load: Mapping[str, int], units: int, fewest: int) -> dict[str, int]:
    """Whole units by load, largest remainders first; nobody gets less than `fewest`."""
    free = units - fewest * len(load)
    total = sum(load.values()) or 1
    parts = {name: fewest + max(0, free) * count // total for name, count in load.items()}
    rest = sorted(load, key=lambda name: (-(max(0, free) * load[name] % total), name))
    for name in rest[: max(0, units - sum(parts.values()))]:
        parts[name] += 1
    return parts


def metres(one: Spot | None, other: Spot | None) -> int | None:
    """The straight line; None where one of the places is not known."""
    return None if one is None or other is None else metres_between(*one, *other)
