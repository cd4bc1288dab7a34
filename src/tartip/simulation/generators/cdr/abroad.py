"""What comes in over the international trunks in a day: foreigners, own people on a trip, forwarded calls, spoofers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tartip.simulation.generators.cdr.numbering import INTERNATIONAL_TRUNKS
from tartip.simulation.generators.cdr.params import Origin
from tartip.simulation.generators.cdr.rows import OFFICE_HOURS, PEOPLE_HOURS, Rows, draw_durations, draw_times

if TYPE_CHECKING:
    from tartip.simulation.generators.cdr.world import World

Ints = NDArray[np.int64]
# Mobile ranges of neighbours: first number and how many follow.
FOREIGN: Final = (
    (79_160_000_000, 9_999_999),  # Russia
    (998_901_000_000, 999_999),  # Uzbekistan
    (996_555_100_000, 99_999),  # Kyrgyzstan
    (905_321_000_000, 999_999),  # Türkiye
    (8_613_800_000_000, 9_999_999),  # China
    (447_400_100_000, 99_999),  # United Kingdom
)
FIXED: Final = (7172, 7272, 7252, 7212)  # area codes shown by spoofers: banks and offices
UNALLOCATED: Final = (750, 790, 799)
SHORT_CODES: Final = (-102, -112, -1414)


def abroad_day(world: World, day: int, part: int, parts: int, rng: np.random.Generator) -> list[Rows]:
    """All international traffic of one day, the share of one part."""
    share = 1 / parts
    return [
        _foreigners(world, share, rng),
        *_travellers(world, day, part, parts, rng),
        *(_campaign(world, rng) for _ in range(rng.poisson(world.params.spoofing.campaigns_a_day * share))),
    ]


def _trunks(count: int, rng: np.random.Generator) -> Ints:
    return rng.integers(1, INTERNATIONAL_TRUNKS + 1, count)


def _anybody(world: World, count: int, rng: np.random.Generator) -> Ints:
    return world.lines.number[rng.integers(0, world.params.persons, count)]


def _foreigners(world: World, share: float, rng: np.random.Generator) -> Rows:
    count = int(rng.poisson(world.params.foreign_calls * world.params.persons * share))
    first, span = np.array(FOREIGN)[rng.integers(0, len(FOREIGN), count)].T
    caller = first + (rng.random(count) * span).astype(np.int64)
    at, duration = draw_times(count, rng, PEOPLE_HOURS), draw_durations(count, rng, median=120, answered=0.7)
    nobody = np.zeros(count, np.int64)
    return Rows.from_abroad(
        at, caller, _anybody(world, count, rng), _trunks(count, rng), duration, nobody, Origin.GENUINE
    )


def _travellers(world: World, day: int, part: int, parts: int, rng: np.random.Generator) -> list[Rows]:
    """Own people abroad call home; calls to them that they forward come back under the first caller's number."""
    persons = np.arange(part, world.params.persons, parts)
    away = persons[world.away[persons, day]]
    who = np.repeat(away, rng.poisson(world.lines.rate[away]))
    at, duration = draw_times(len(who), rng, PEOPLE_HOURS), draw_durations(len(who), rng, median=60, answered=0.7)
    calls = Rows.from_abroad(
        at, world.lines.number[who], _anybody(world, len(who), rng), _trunks(len(who), rng), duration,
        np.zeros(len(who), np.int64), Origin.GENUINE,
    )  # fmt: skip
    by = np.repeat(away, rng.poisson(world.lines.rate[away] * world.params.forwarded))
    at, duration = draw_times(len(by), rng, PEOPLE_HOURS), draw_durations(len(by), rng, median=30, answered=0.7)
    at_home = np.flatnonzero(~world.away[:, day])
    caller = world.lines.number[at_home[rng.integers(0, len(at_home), len(by))]]
    forwarded = Rows.from_abroad(
        at, caller, _anybody(world, len(by), rng), _trunks(len(by), rng), duration, world.lines.number[by],
        Origin.GENUINE,
    )  # fmt: skip
    return [calls, forwarded]


def _campaign(world: World, rng: np.random.Generator) -> Rows:
    """One campaign over one trunk: a few hours, many people, a number shown that is not the caller's."""
    spoofing = world.params.spoofing
    count = int(rng.poisson(spoofing.calls))
    start = draw_times(1, rng, OFFICE_HOURS)[0]
    at = np.minimum(start + (rng.random(count) * spoofing.hours * 3_600_000).astype(np.int64), 86_399_999)
    style = rng.choice(4, p=np.array(spoofing.shown) / sum(spoofing.shown))
    pool = int(rng.integers(1, 40))  # numbers the campaign shows in turn
    tail = rng.integers(0, 10**6, pool)
    if style == 0:
        lines = np.flatnonzero(~world.away[:, 0])
        shown = world.lines.number[lines[rng.integers(0, len(lines), pool)]]
    elif style == 1:
        shown = 70_000_000_000 + np.array(FIXED)[rng.integers(0, len(FIXED), pool)] * 10**6 + 200_000 + tail % 700_000
    elif style == 2:
        shown = 70_000_000_000 + np.array(UNALLOCATED)[rng.integers(0, len(UNALLOCATED), pool)] * 10**7 + tail
    else:
        shown = np.array(SHORT_CODES)[rng.integers(0, len(SHORT_CODES), pool)]
    caller = shown[rng.integers(0, pool, count)]
    trunk = np.full(count, _trunks(1, rng)[0])
    duration = draw_durations(count, rng, median=90, answered=0.5)
    nobody = np.zeros(count, np.int64)
    return Rows.from_abroad(at, caller, _anybody(world, count, rng), trunk, duration, nobody, Origin.SPOOFED)
