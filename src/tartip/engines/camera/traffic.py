"""Lines, crossings and speeds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from tartip.engines.camera.params import CameraParams, Line

At = tuple[float, float]
"""Middle of a thing in thousandths of the picture."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """`direction`: 1 forward, -1 backward; `at_ms` is interpolated between two looks."""

    line: Line
    direction: int
    at_ms: int


@dataclass(slots=True)
class Traffic:
    """Remembers which thing crossed which line when; each thing counts once on each line."""

    params: CameraParams
    crossed: dict[tuple[int, str], int] = field(default_factory=dict)

    def crossings(self, thing: int, before: At, before_ms: int, after: At, after_ms: int) -> Iterator[Crossing]:
        for line in self.params.lines:
            if (thing, line.name) in self.crossed:
                continue
            share = where_crossed(line, before, after)
            if share is not None:
                at = before_ms + int(share * (after_ms - before_ms))
                self.crossed[thing, line.name] = at
                yield Crossing(line, 1 if side(line, after) > 0 else -1, at)

    def forget(self, thing: int) -> None:
        """What has gone crosses no more lines."""
        for line in self.params.lines:
            self.crossed.pop((thing, line.name), None)

    def speed(self, thing: int, line: str) -> Iterator[tuple[str, int, int, int]]:
        """(pair, km/h rounded down, class, started at) for each pair that this crossing completes, either way."""
        for pair in self.params.pairs:
            if line not in (pair.first, pair.second):
                continue
            first, second = self.crossed.get((thing, pair.first)), self.crossed.get((thing, pair.second))
            if first is None or second is None or first == second:
                continue
            kmh = pair.distance_mm * 36 // (abs(second - first) * 10)  # mm/ms is m/s
            yield pair.name, kmh, bisect_left(self.params.speed_bounds_km_h, kmh), min(first, second)


def side(line: Line, at: At) -> float:
    """Above zero to the right of the line as seen from its start, in the picture."""
    dx, dy = line.end.x - line.start.x, line.end.y - line.start.y
    return dx * (at[1] - line.start.y) - dy * (at[0] - line.start.x)


def where_crossed(line: Line, before: At, after: At) -> float | None:
    """Share of the way from `before` to `after` at which the line is met; None where it is not met."""
    a, b = side(line, before), side(line, after)
    if (a > 0) == (b > 0):
        return None
    share = a / (a - b)
    x, y = (p + share * (q - p) for p, q in zip(before, after, strict=True))
    dx, dy = line.end.x - line.start.x, line.end.y - line.start.y
    along = ((x - line.start.x) * dx + (y - line.start.y) * dy) / (dx * dx + dy * dy)
    return share if 0 <= along <= 1 else None
