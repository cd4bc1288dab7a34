"""Made sections around made towns: places, lengths, limits, and two devices each with clocks that err."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from tartip.engines.pairing import Place, Section, Sections
from tartip.simulation.generators.passes.params import PassParams

HOUR = 3_600_000
WEST, EAST, SOUTH, NORTH = 51.0, 83.0, 43.0, 53.0  # the towns lie here, in degrees
KM = np.array([1 / 71.0, 1 / 111.2])  # degrees of longitude and latitude per kilometre, near 50 degrees north
LIMITS = np.array([90, 100, 110, 140])


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Arrays over sections; device 2 * s reads the entry of section s, device 2 * s + 1 its exit."""

    sections: Sections
    true_mm: npt.NDArray[np.int64]
    limit_kmh: npt.NDArray[np.int64]
    offset_ms: npt.NDArray[np.int64]  # of a device's clock at the start
    drift_ms: npt.NDArray[np.int64]  # gained over the whole time
    town: npt.NDArray[np.int64]  # of each section
    place: npt.NDArray[np.float64]  # (devices, 2): longitude and latitude in degrees
    lost: npt.NDArray[np.int64]  # (devices, 3): from, until, error in ms; from == until for none


def make_roads(params: PassParams, start_ms: int, rng: np.random.Generator) -> Roads:
    """Lengths of 3 to 60 km, tolerances of 1 to 5 m; every clock stays inside what its section certifies."""
    n, span = params.sections, params.hours * HOUR
    length = rng.integers(3_000, 60_000, n) * 1000 + rng.integers(0, 1000, n)
    tolerance = rng.integers(1_000, 5_000, n)
    true = length + rng.integers(-tolerance, tolerance + 1)
    town, place = _places(length, params, rng)
    limit = LIMITS[rng.integers(0, len(LIMITS), n)]
    error = params.clock_error_ms
    offset = rng.integers(-error * 6 // 10, error * 6 // 10 + 1, 2 * n)
    drift = rng.integers(-error * 3 // 10, error * 3 // 10 + 1, 2 * n)
    begin = start_ms + rng.integers(0, max(1, span - HOUR), 2 * n)
    stray = rng.integers(-params.lost_error_ms, params.lost_error_ms + 1, 2 * n)
    astray = rng.random(2 * n) < params.unsynchronised
    lost = np.stack([begin, begin + np.where(astray, HOUR, 0), np.where(astray, stray, 0)], axis=1)

    def spans(section: int) -> tuple[tuple[datetime, datetime], ...]:
        # what counts is the stamp, and a stamp may lie as far outside as the clock strayed
        rows = [lost[2 * section + side] for side in (0, 1) if astray[2 * section + side]]
        wide = params.lost_error_ms + error
        return tuple((_moment(a - wide, params), _moment(b + wide, params)) for a, b, _ in rows)

    sections = Sections.of(
        Section(
            id=s + 1,
            length_mm=int(length[s]),
            tolerance_mm=int(tolerance[s]),
            limit_kmh=int(limit[s]),
            clock_ms=2 * error,
            clock_lost=spans(s),
            certificate=f"TEST-{s + 1:05d}",
            entry_place=Place(*(round(1e6 * float(x)) for x in place[2 * s])),
            exit_place=Place(*(round(1e6 * float(x)) for x in place[2 * s + 1])),
        )
        for s in range(n)
    )
    return Roads(sections, true, limit, offset, drift, town, place, lost)


def _places(
    length_mm: npt.NDArray[np.int64], params: PassParams, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The town of each section and where its two devices stand, up to 100 km from the town."""
    n = len(length_mm)
    towns = max(1, min(params.towns, n // 5))
    centre = np.stack([rng.uniform(WEST, EAST, towns), rng.uniform(SOUTH, NORTH, towns)], axis=1)
    town = np.arange(n) % towns
    entry = centre[town] + rng.uniform(-70, 70, (n, 2)) * KM
    # roads wind: the straight line is 80 to 97 hundredths of the length
    line, angle = length_mm / 1e6 * rng.uniform(0.8, 0.97, n), rng.uniform(0, 2 * np.pi, n)
    exit_ = entry + line[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) * [1 / 80.0, 1 / 111.2]
    return town, np.stack([entry, exit_], axis=1).reshape(2 * n, 2)


def way_ms(one: npt.NDArray[np.int64], two: npt.NDArray[np.int64], roads: Roads) -> npt.NDArray[np.int64]:
    """The least time from one device to another: the straight line and a quarter more at 130 km/h."""
    apart = (roads.place[two] - roads.place[one]) * [111.2, 111.2]
    apart[..., 0] *= np.cos(np.radians((roads.place[one][..., 1] + roads.place[two][..., 1]) / 2))
    return (np.hypot(apart[..., 0], apart[..., 1]) * 1.25 / 130 * HOUR).astype(np.int64)


def stamp(
    true_ms: npt.NDArray[np.int64], device: npt.NDArray[np.int64], roads: Roads, start_ms: int, hours: int
) -> npt.NDArray[np.int64]:
    """What the device's clock said at the true times."""
    gained = roads.drift_ms[device] * (true_ms - start_ms) // (hours * HOUR)
    since, until, error = roads.lost[device].T
    astray = (true_ms >= since) & (true_ms < until)
    return true_ms + roads.offset_ms[device] + gained + np.where(astray, error, 0)


def _moment(ms: int, params: PassParams) -> datetime:
    return datetime.fromtimestamp(0, params.start.tzinfo) + timedelta(milliseconds=int(ms))
