"""A day of the honest lines: people with their circles, call centres, couriers, machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tartip.simulation.generators.cdr.params import Kind, Role
from tartip.simulation.generators.cdr.rows import OFFICE_HOURS, PEOPLE_HOURS, Rows, draw_durations, draw_times

if TYPE_CHECKING:
    from tartip.simulation.generators.cdr.world import World

Ints = NDArray[np.int64]
CIRCLE: Final = 0.8  # share of a person's calls that go to the circle
CUSTOMERS: Final = 0.05  # share of calls to strangers that go to a centre or a courier
BACK_TO_FRIEND: Final = 0.4  # a missed call is answered by a call back: to a known number often,
BACK_TO_STRANGER: Final = 0.06  # to an unknown one rarely


def people_day(world: World, day: int, part: int, parts: int, rng: np.random.Generator) -> list[Rows]:
    """Calls, messages and data of the persons with index % parts == part; those abroad are left to `abroad`."""
    persons = np.arange(part, world.params.persons, parts)
    persons = persons[~world.away[persons, day]]
    rate, params = world.lines.rate[persons], world.params
    return [
        _private(world, np.repeat(persons, rng.poisson(rate * share)), kind, rng)
        for kind, share in (
            (Kind.CALL, 1.0),
            (Kind.MESSAGE, params.messages / params.calls),
            (Kind.DATA, params.data / params.calls),
        )
    ]


def _private(world: World, who: Ints, kind: Kind, rng: np.random.Generator) -> Rows:
    at = draw_times(len(who), rng, PEOPLE_HOURS)
    if kind is Kind.DATA:
        called, duration = np.zeros(len(who), np.int64), np.zeros(len(who), np.int64)
    else:
        called = world.lines.number[_partner(world, who, rng)]
        duration = draw_durations(len(who), rng, median=45, answered=0.66) * (kind is Kind.CALL)
    return Rows.of_lines(world, who, at, called=called, duration=duration, kind=kind, cell=_mast(world, who, at, rng))


def _partner(world: World, who: Ints, rng: np.random.Generator) -> Ints:
    """Somebody of the caller's circle, nearer ones more often, else anybody, sometimes a centre or courier.

    A circle is index XOR a few fixed masks: symmetric, so that people who are called call back.
    """
    params = world.params
    weight = np.cumsum(1 / np.arange(1, len(world.masks) + 1))
    mask = world.masks[np.searchsorted(weight, rng.random(len(who)) * weight[-1])]
    span = 1 << (params.persons.bit_length() - 1)
    friend = (who % span) ^ mask
    others = np.flatnonzero(np.isin(world.lines.role, (Role.CENTRE, Role.COURIER)))
    stranger = rng.integers(0, params.persons, len(who))
    if len(others):
        back = rng.random(len(who)) < CUSTOMERS
        stranger = np.where(back, others[rng.integers(0, len(others), len(who))], stranger)
    partner = np.where(rng.random(len(who)) < CIRCLE, friend, stranger)
    return np.where(partner == who, (partner + 1) % params.persons, partner)


def _mast(world: World, who: Ints, at: Ints, rng: np.random.Generator) -> Ints:
    """Work by day, home by night, now and then somewhere else."""
    hour = at // 3_600_000
    usual = np.where((hour >= 9) & (hour < 18), world.lines.work[who], world.lines.home[who])
    return np.where(rng.random(len(who)) < 0.1, rng.integers(1, world.params.cells + 1, len(who)), usual)


def business_day(world: World, part: int, parts: int, rng: np.random.Generator) -> list[Rows]:
    """Honest lines that look like boxes at first sight: centres, couriers, machines."""
    made = []
    lines, persons = world.lines, world.params.persons
    for role in (Role.CENTRE, Role.COURIER, Role.MACHINE):
        mine = np.flatnonzero(lines.role == role)[part::parts]
        who = np.repeat(mine, rng.poisson(lines.rate[mine]))
        hours = PEOPLE_HOURS if role is Role.MACHINE else OFFICE_HOURS
        at = draw_times(len(who), rng, hours)
        if role is Role.MACHINE:
            called = lines.number[who * 31 % persons]  # always the same guard
            duration, cell = draw_durations(len(who), rng, median=8, answered=0.99), lines.home[who]
        elif role is Role.CENTRE:
            called = lines.number[rng.integers(0, persons, len(who))]
            duration, cell = draw_durations(len(who), rng, median=70, answered=0.45), lines.home[who]
        else:
            called = lines.number[rng.integers(0, persons, len(who))]
            duration = draw_durations(len(who), rng, median=20, answered=0.8)
            cell = rng.integers(1, world.params.cells + 1, len(who))
        made.append(Rows.of_lines(world, who, at, called=called, duration=duration, kind=Kind.CALL, cell=cell))
    return made


def call_backs(world: World, day: int, rows: Rows, rng: np.random.Generator) -> Rows:
    """People who missed a call from a line of the country ring back within hours; boxes do not answer."""
    lines = world.lines
    order = np.argsort(lines.number)
    missed = rows.take((rows.kind == Kind.CALL) & (rows.duration == 0) & (rows.imsi > 0) & (rows.called > 0))
    caller = order[np.searchsorted(lines.number, missed.caller, sorter=order)]
    callee = order[np.minimum(np.searchsorted(lines.number, missed.called, sorter=order), len(order) - 1)]
    person = (lines.number[callee] == missed.called) & (lines.role[callee] == Role.PERSON)
    person[person] &= ~world.away[callee[person], day]
    span = 1 << (world.params.persons.bit_length() - 1)
    known = np.isin((caller % span) ^ (callee % span), world.masks) & (lines.role[caller] == Role.PERSON)
    back = person & (rng.random(len(missed)) < np.where(known, BACK_TO_FRIEND, BACK_TO_STRANGER))
    at = missed.at[back] + (rng.exponential(2_400_000, int(back.sum()))).astype(np.int64) + 5_000
    keep = at < 86_400_000
    who, at, target = callee[back][keep], at[keep], caller[back][keep]
    answered = np.where(lines.role[target] == Role.BOX, 0, 1)
    duration = draw_durations(len(who), rng, median=60, answered=0.8) * answered
    cell = _mast(world, who, at, rng)
    return Rows.of_lines(world, who, at, called=lines.number[target], duration=duration, kind=Kind.CALL, cell=cell)
