"""One day of call records with its truth beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tartip.engines.errors import BadInput
from tartip.simulation.generators.cdr.abroad import abroad_day
from tartip.simulation.generators.cdr.boxes import box_day
from tartip.simulation.generators.cdr.people import business_day, call_backs, people_day
from tartip.simulation.generators.cdr.rows import Rows
from tartip.simulation.generators.cdr.world import World, stream

if TYPE_CHECKING:
    import pyarrow as pa

_STREAM_DAY: Final = 2
_TYPES: Final = {"trunk": np.int16, "duration": np.int32, "kind": np.int8, "cell": np.int32}


@dataclass(frozen=True, slots=True)
class Day:
    """`calls` sorted by time: at, caller, called, trunk, duration, kind, cell, imei, imsi, diverted_by. `truth`: origin
    (params.Origin) of the same rows. Detectors get `calls` alone."""

    calls: pa.Table
    truth: pa.Table


def make_day(world: World, day: int) -> Day:
    """All records of one day; same world and day, same bytes."""
    return next(make_parts(world, day, 1))


def make_parts(world: World, day: int, parts: int) -> Iterator[Day]:
    """A day in several parts, for days too large for memory: each its own people and the calls back they cause."""
    if not 0 <= day < world.params.days:
        raise BadInput("day", day, f"must lie in 0..{world.params.days - 1}")
    if parts < 1:
        raise BadInput("parts", parts, "must be at least 1")
    for part in range(parts):
        rng = stream(world.seed, _STREAM_DAY, day, part, parts)
        made = people_day(world, day, part, parts, rng)
        made += business_day(world, part, parts, rng)
        made += abroad_day(world, day, part, parts, rng)
        if part == 0:
            made.append(box_day(world, day, rng))
        rows = Rows.join(made)
        yield _as_day(world, day, Rows.join([rows, call_backs(world, day, rows, rng)]))


def _as_day(world: World, day: int, rows: Rows) -> Day:
    import pyarrow as pa

    order = np.argsort(rows.at, kind="stable")
    start = world.params.first_day_ms + day * 86_400_000
    columns = {"at": pa.array(start + rows.at[order]).cast(pa.timestamp("ms", tz="UTC"))}
    for name in ("caller", "called", "trunk", "duration", "kind", "cell", "imei", "imsi", "diverted_by"):
        values = getattr(rows, name)[order]
        columns[name] = pa.array(values.astype(_TYPES.get(name, np.int64)))
    return Day(pa.table(columns), pa.table({"origin": pa.array(rows.origin[order].astype(np.int8))}))
