"""How well duplicates are suggested: further callers planted into real calls, and the source's own mark beside it.

Planted: one call in ten gets one or two further callers within minutes (exponential, 240 s), who stand at the same
address (half of them), some metres away, or are located to 300 m only; one in four says another kind. Seed 2: the
weights of the suggester were chosen on seed 1. A call is joined when its best suggestion scores LIKELY or more.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bench.contract import Report

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tartip.simulation.replay.measures import Opened

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "calls" / "san_diego_2023_01.csv"
SEED, SHARE, DELAY = 2, 0.1, 240


def run(quick: bool) -> Report:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.server.settings")
    import django

    django.setup()
    from tartip.operations.incidents.queries import LIKELY

    real, marked, source = _real(3_000 if quick else None)
    planted = dict(_planted(real))
    calls = _joined(sorted([*real, *planted], key=lambda call: (call.at, call.number)))
    suggested = {number: origin for number, (score, origin) in calls.items() if score >= LIKELY}
    truth = {call.number: origin for call, origin in planted.items()}
    right = sum(suggested.get(number) == origin for number, origin in truth.items())
    # Calls that the source itself calls duplicates are no false alarms, whatever they were joined to.
    judged = sum(number not in marked for number in suggested)
    by_mark = sum(number in marked for number in suggested)
    asked = sum(call.number in marked for call in real)
    alone = sum(number not in truth for number in suggested)
    return Report(
        "duplicates",
        {
            "precision": right / max(1, judged),
            "recall": right / max(1, len(truth)),
            "source_precision": by_mark / max(1, alone),
            "source_recall": by_mark / max(1, asked),
            "planted": len(truth),
            "real_calls": len(real),
        },
        runs=1,
        input=source,
        notes=[
            "precision and recall: planted further callers, joined to the right incident; real calls that look alike "
            "and are not marked count as false, though many may be the same event",
            "source_*: the source's mark DUP/V, of which most originals are not in the file (see docs/replay.md)",
            f"joined from a score of {LIKELY}; places are drawn, 126 beats in Almaty",
        ],
    )


def _real(limit: int | None) -> tuple[list[Opened], set[str], str]:
    """Telephoned calls with places, when they opened and closed; the numbers the source marks; what they are."""
    from tartip.simulation.random_streams import RandomStreams, around
    from tartip.simulation.replay import mapping as mappings
    from tartip.simulation.replay.measures import Opened
    from tartip.simulation.replay.model import Model
    from tartip.simulation.replay.source import read
    from tartip.simulation.replay.terrain import Terrain

    if not FILE.exists():
        return _made(limit), set(), "a made city day: no ../shared/data"
    known, streams, model = mappings.load(), RandomStreams(SEED), Model()
    source = read(FILE, known, limit)
    terrain = Terrain(known.territory, _almaty(), {row.beat for row in source.whole}.difference(known.nowhere), streams)
    calls, marked = [], set()
    for row in source.rows:
        treatment = known.treatment(row.type)
        if treatment.handling not in ("dispatch", "broadcast") or row.beat in known.nowhere or not row.road:
            continue
        if known.ending(row.disposition, treatment.kind).course == "duplicate":
            marked.add(row.number)
        random = streams.of("open", row.number)
        stays = around(random, 600, 0.5) + model.on_scene(random, treatment.kind, long=False)
        closed = row.at + timedelta(seconds=stays if treatment.handling == "dispatch" else 200)
        spot = terrain.spot(row.beat, row.block, row.road, row.crossing)
        calls.append(Opened(row.number, treatment.kind, row.at, closed, *spot, 0, row.address, None))
    return calls, marked, f"{FILE.name}, {len(calls)} telephoned calls with a place"


def _made(limit: int | None) -> list[Opened]:
    """Without the file: the home city's calls of some planned days."""
    from datetime import date

    from tartip.simulation.city.plan import city, plan_day
    from tartip.simulation.replay.measures import Opened

    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(3 if limit else 14)]
    return [
        Opened(c.number, c.kind, c.at, c.at + timedelta(minutes=40), c.lon_e6, c.lat_e6, c.radius_m, c.address, None)
        for day in days
        for c in plan_day(SEED, day)
        if c.territory == city().home and c.kind != "information" and c.number == c.event
    ]


def _almaty() -> BaseGeometry:
    """The outline that ships with the project: no database is needed."""
    import json
    from importlib import resources

    from shapely.geometry import shape

    text = resources.files("tartip.core.territory").joinpath("data/regions.geojson").read_text("utf-8")
    features = json.loads(text)["features"]
    return next(shape(feature["geometry"]) for feature in features if feature["id"] == "750000000")


def _planted(real: list[Opened]) -> Iterator[tuple[Opened, str]]:
    from tartip.simulation.random_streams import RandomStreams

    for call in real:
        random = RandomStreams(SEED).of("plant", call.number)
        if random.random() < SHARE:
            for number in range(1 + (random.random() < 0.25)):
                yield _further(random, call, number), call.number


def _further(random: Random, call: Opened, number: int) -> Opened:
    """Somebody else about the same thing."""
    from tartip.operations.incidents.queries import FAMILIES
    from tartip.simulation.replay.measures import Opened

    assert call.lon_e6 is not None
    assert call.lat_e6 is not None
    at: datetime = call.at + timedelta(seconds=1 + int(random.expovariate(1 / DELAY)))
    lon, lat, radius, address = call.lon_e6, call.lat_e6, 0, call.address
    how = random.random()
    if how >= 0.5:
        away, radius = (random.uniform(20, 150), 30) if how < 0.85 else (random.uniform(50, 400), 300)
        angle, address = random.random() * 2 * math.pi, ""
        lon, lat = lon + round(away * math.cos(angle) * 12.33), lat + round(away * math.sin(angle) * 8.99)
    kind, said = call.kind, random.random()
    if said > 0.75:
        family = sorted({other for known in FAMILIES if kind in known for other in known} - {kind})
        kind = random.choice(family) if family and said < 0.93 else random.choice(["other", "suspicious"])
    return Opened(f"{call.number}+{number}", kind, at, None, lon, lat, radius, address, call.number)


def _joined(calls: list[Opened]) -> dict[str, tuple[int, str]]:
    """For each call the score of its best suggestion and whose incident it is."""
    from tartip.simulation.replay.duplicates import best_of

    return {found.number: (found.score, found.origin) for found in best_of(calls)}
