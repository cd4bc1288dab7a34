"""Makes the day: cars drive one section after the other, devices read them, badly now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tartip.engines.pairing import PASSES, Sections
from tartip.simulation.generators.passes.params import PassParams
from tartip.simulation.generators.passes.plates import codes_of, misread_codes
from tartip.simulation.generators.passes.roads import HOUR, Roads, make_roads, stamp, way_ms
from tartip.simulation.generators.passes.truth import Drives, Truth

Ints = npt.NDArray[np.int64]
SOME = 200_000  # cars made at a time, so that memory stays small


@dataclass(frozen=True, slots=True, eq=False)
class PassWorld:
    """What the engine sees (passes ordered by stamp, sections) and what it never sees (truth)."""

    passes: pa.Table
    sections: Sections
    truth: Truth


def make_passes(params: PassParams, seed: int) -> PassWorld:
    """One made day; the same params and seed give the same bytes."""
    rng = np.random.default_rng(seed)
    start_ms = int(params.start.timestamp()) * 1000
    roads = make_roads(params, start_ms, rng)
    copies = rng.choice(params.cars, round(params.cars * params.cloned), replace=False)
    number = np.concatenate([np.arange(params.cars), copies])  # plate of every vehicle; the copies come last
    home = _homes(len(number), roads, params, rng)
    alike = rng.random(len(copies)) < 0.5  # half of the copies drive where the original drives: the worst case
    home[params.cars :][alike] = home[copies[alike]]
    parts = [
        _drive(np.arange(first, min(first + SOME, len(number))), home, roads, params, start_ms, rng)
        for first in range(0, len(number), SOME)
    ]
    vehicle, section, entered, exited = (np.concatenate(column) for column in zip(*parts, strict=True))
    passes, drive, misread = _read(number[vehicle], section, entered, exited, roads, params, start_ms, rng)
    drives = Drives(vehicle, codes_of(number)[vehicle], section.astype(np.int32) + 1, entered, exited)
    return PassWorld(passes, roads.sections, Truth(drive, misread, drives, roads.true_mm, roads.limit_kmh, params.cars))


def _homes(n: int, roads: Roads, params: PassParams, rng: np.random.Generator) -> Ints:
    """Three usual sections of each car, around its town; some cars also drive anywhere else."""
    towns = int(roads.town.max()) + 1
    town = rng.integers(0, towns, n)
    size = np.bincount(roads.town, minlength=towns)
    home = town[:, None] + towns * (rng.random((n, 3)) * size[town][:, None]).astype(
        np.int64
    )  # town t: t, t + towns, …
    away = np.flatnonzero(rng.random(n) < params.away)
    home[away, 2] = rng.integers(0, params.sections, len(away))
    return home


def _drive(
    vehicle: Ints, home: Ints, roads: Roads, params: PassParams, start_ms: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    """Drives of some vehicles as (vehicle, section, entered, exited) in true ms; a car is in one place at a time."""
    n = len(vehicle)
    count = 1 + rng.poisson(params.trips - 1, n)
    most = int(count.max())
    section = home[vehicle[:, None], rng.integers(0, 3, (n, most))]
    # a driver's habit and the traffic of the hour, in thousandths of the limit
    habit = np.where(rng.random(n) < params.fast, rng.integers(1_050, 1_450, n), rng.integers(750, 1_060, n))
    pace = habit[:, None] + rng.integers(-60, 61, (n, most))
    took = roads.true_mm[section] * 3_600 // (roads.limit_kmh[section] * pace)  # mm / (km/h * pace / 1000) in ms
    took += np.where(rng.random((n, most)) < params.stops, rng.integers(300_000, 2 * HOUR, (n, most)), 0)
    rest = rng.integers(60_000, int(2 * params.hours * HOUR / (params.trips + 1)), (n, most))
    again = np.zeros((n, most), np.bool_)
    again[:, 1:] = section[:, 1:] == section[:, :-1]
    rest += np.where(again, took + HOUR // 2, 0)  # a section is one-way: the car has to come back first
    way = way_ms(2 * section[:, :-1] + 1, 2 * section[:, 1:], roads)
    rest[:, 1:] = np.maximum(rest[:, 1:], way + rest[:, 1:] // 8)  # from the last exit to the next entry
    entered = start_ms + np.cumsum(rest + took, axis=1) - took
    drove = (np.arange(most) < count[:, None]) & (entered + took < start_ms + params.hours * HOUR)
    return (
        np.broadcast_to(vehicle[:, None], drove.shape)[drove],
        section[drove],
        entered[drove],
        (entered + took)[drove],
    )


def _read(
    number: Ints, section: Ints, entered: Ints, exited: Ints, roads: Roads, params: PassParams, start_ms: int,
    rng: np.random.Generator,
) -> tuple[pa.Table, npt.NDArray[np.int32], npt.NDArray[np.bool_]]:  # fmt: skip
    """Passes ordered by stamp, with the drive and the misreading behind each."""
    n = len(number)
    seen = np.flatnonzero(rng.random(2 * n) >= params.missed)  # pass 2 * d is the entry of drive d, 2 * d + 1 its exit
    seen = np.concatenate([seen, seen[rng.random(len(seen)) < params.doubled]])
    drive, side = seen >> 1, seen & 1
    at = stamp(
        np.where(side == 0, entered[drive], exited[drive]), 2 * section[drive] + side, roads, start_ms, params.hours
    )
    order = np.argsort(at, kind="stable")
    drive, side, at = drive[order], side[order], at[order]
    plate = codes_of(number)[drive]
    wrong = np.flatnonzero(rng.random(len(drive)) < params.misread)
    plate[wrong] = misread_codes(number[drive[wrong]], rng)
    misread = np.zeros(len(drive), np.bool_)
    misread[wrong] = True
    columns = [
        pa.array(plate),
        pa.array((section[drive] + 1).astype(np.int32)),
        pa.array(at).view(PASSES.field("at").type),
        pa.array(side.astype(np.int8)),
    ]
    return pa.table(columns, schema=PASSES), drive.astype(np.int32), misread
