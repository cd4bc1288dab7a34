"""SIM boxes: a day of their traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tartip.simulation.generators.cdr.params import Kind, Origin
from tartip.simulation.generators.cdr.rows import PEOPLE_HOURS, Rows, draw_durations, draw_times

if TYPE_CHECKING:
    from tartip.simulation.generators.cdr.world import World

Ints = NDArray[np.int64]
OPEN_MS, CLOSE_MS = 6 * 3_600_000, 23 * 3_600_000  # hours of foreign traffic
OWN_CIRCLE = 6  # numbers a careful SIM keeps calling


def box_day(world: World, day: int, rng: np.random.Generator) -> Rows:
    """All records of boxes on one day: calls out one after another, and what a careful box adds to look human."""
    lines = world.lines
    sims = np.flatnonzero((lines.box >= 0) & (lines.first_day <= day) & (day < lines.last_day))
    mimicry = world.mimicry[lines.box[sims]]
    calls = rng.poisson(world.params.boxes.calls_a_day * (1 - 0.7 * mimicry))
    who, mimic = np.repeat(sims, calls), np.repeat(mimicry, calls)
    duration = draw_durations(len(who), rng, median=120, answered=0.7)
    at = np.where(
        rng.random(len(who)) < mimic,
        draw_times(len(who), rng, PEOPLE_HOURS),
        _one_after_another(calls, duration, rng),
    )
    stranger = world.lines.number[rng.integers(0, world.params.persons, len(who))]
    circle = world.lines.number[(who * 97 + rng.integers(0, OWN_CIRCLE, len(who)) * 1_009) % world.params.persons]
    called = np.where(rng.random(len(who)) < 0.5 * mimic, circle, stranger)
    out = _rows(world, who, mimic, at, rng, called=called, duration=duration, kind=Kind.CALL)
    return Rows.join([out, *_human_traces(world, sims, mimicry, rng)])


def _human_traces(world: World, sims: Ints, mimicry: NDArray[np.float64], rng: np.random.Generator) -> list[Rows]:
    """SIMs of one box ring each other, send messages, use data."""
    parts = []
    for kind, rate in ((Kind.CALL, 6.0), (Kind.MESSAGE, 4.0), (Kind.DATA, 1.5)):
        count = rng.poisson(rate * mimicry)
        who, mimic = np.repeat(sims, count), np.repeat(mimicry, count)
        friend = sims[(np.repeat(np.arange(len(sims)), count) + rng.integers(1, 5, len(who))) % max(len(sims), 1)]
        called = np.zeros(len(who), np.int64) if kind is Kind.DATA else world.lines.number[friend]
        at = draw_times(len(who), rng, PEOPLE_HOURS)
        duration = draw_durations(len(who), rng, median=40, answered=0.9) * (kind is Kind.CALL)
        parts.append(_rows(world, who, mimic, at, rng, called=called, duration=duration, kind=kind))
    return parts


def _rows(
    world: World,
    who: Ints,
    mimic: NDArray[np.float64],
    at: Ints,
    rng: np.random.Generator,
    *,
    called: Ints,
    duration: Ints,
    kind: Kind,
) -> Rows:
    mast = np.where(rng.random(len(who)) < mimic, rng.integers(0, 4, len(who)), 0)
    cell = world.box_cells[world.lines.box[who], mast]
    return Rows.of_lines(world, who, at, called=called, duration=duration, kind=kind, cell=cell, origin=Origin.BOXED)


def _one_after_another(calls: Ints, duration: Ints, rng: np.random.Generator) -> Ints:
    """Start times within the open hours, so that calls of one SIM never overlap as long as they fit at all."""
    gaps = rng.exponential(1.0, len(duration))
    ends = np.cumsum(calls)
    starts = ends - calls
    busy = np.zeros(len(calls))
    idle = np.zeros(len(calls))
    some = calls > 0
    if some.any():
        busy[some] = np.add.reduceat(duration * 1000.0, starts[some])
        idle[some] = np.add.reduceat(gaps, starts[some])
    room = np.maximum(CLOSE_MS - OPEN_MS - busy, 60_000.0)
    step = duration * 1000.0 + gaps * np.repeat(room / np.maximum(idle, 1e-9), calls)
    running = np.cumsum(step)
    before = np.concatenate(([0.0], running))[np.repeat(starts, calls)]
    at = OPEN_MS + running - before - duration * 1000.0
    return np.minimum(at, 86_399_000).astype(np.int64)
