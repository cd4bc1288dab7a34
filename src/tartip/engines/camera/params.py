"""Where the lanes and lines are and how long is long: one object, whole numbers only."""

from __future__ import annotations

from dataclasses import dataclass

from tartip.engines.errors import BadInput, expect


@dataclass(frozen=True, slots=True)
class Point:
    """Thousandths of the picture's width and height, so that a setting outlives a change of resolution."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A counting line from `start` to `end`.

    Seen from `start` towards `end`, a vehicle that crosses from the left to the right side (in the picture) goes
    forward; the other way is wrong where `one_way` is set.
    """

    name: str
    start: Point
    end: Point
    one_way: bool = False

    def __post_init__(self) -> None:
        expect("line.name", self.name, str)
        for point in (self.start, self.end):
            if not isinstance(point, Point) or not all(type(n) is int and 0 <= n <= 1000 for n in (point.x, point.y)):
                raise BadInput("line", self.name, "start and end must be Points of whole thousandths, 0 to 1000")
        if self.start == self.end:
            raise BadInput("line", self.name, "start and end must differ")


@dataclass(frozen=True, slots=True)
class LinePair:
    """Two lines of one lane a measured distance apart: the time between them gives the speed."""

    name: str
    first: str
    second: str
    distance_mm: int

    def __post_init__(self) -> None:
        for name in (self.name, self.first, self.second):
            expect("pair.name", name, str)
        if type(self.distance_mm) is not int or self.distance_mm <= 0:
            raise BadInput("pair.distance_mm", self.name, "must be whole millimetres above zero")


@dataclass(frozen=True, slots=True)
class CameraParams:
    """Times in milliseconds; sizes in thousandths of the picture's width; grey levels 0..255.

    `rate`: looks per second. `side`: longest side of the grey picture worked on. `speed_bounds_km_h`: upper bounds of
    the speed classes, the last class is open. A blob from `object_low` to `object_high` wide that stands still is an
    object that was left; a wider one that moved before is a vehicle that stopped.
    """

    rate: int = 10
    side: int = 320
    threshold: int = 26
    warm_up_ms: int = 1_000
    dwell_ms: int = 12_000
    stop_ms: int = 5_000
    gone_ms: int = 3_000
    object_low: int = 12
    object_high: int = 110
    vehicle_low: int = 40
    lines: tuple[Line, ...] = ()
    pairs: tuple[LinePair, ...] = ()
    speed_bounds_km_h: tuple[int, ...] = (20, 40, 60, 80, 100, 120)

    def __post_init__(self) -> None:
        for name, least, most in LIMITS:
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise BadInput(name, value, f"must be a whole number from {least} to {most}")
        for name, kind in (("lines", Line), ("pairs", LinePair)):
            value = getattr(self, name)
            if not isinstance(value, tuple) or not all(isinstance(one, kind) for one in value):
                raise BadInput(name, value, f"must be a tuple of {kind.__name__}")
        names = [line.name for line in self.lines]
        if len(set(names)) != len(names):
            raise BadInput("lines", names, "names must differ")
        for pair in self.pairs:
            for line in (pair.first, pair.second):
                if line not in names:
                    raise BadInput("pair", pair.name, f"there is no line {line!r}")
            if pair.first == pair.second:
                raise BadInput("pair", pair.name, "needs two lines: nothing can be timed from a line to itself")
        bounds = self.speed_bounds_km_h
        if not isinstance(bounds, tuple) or not all(type(bound) is int and bound > 0 for bound in bounds):
            raise BadInput("speed_bounds_km_h", bounds, "must be whole km/h above zero")
        if list(bounds) != sorted(set(bounds)):
            raise BadInput("speed_bounds_km_h", bounds, "must rise")


LIMITS = (
    ("rate", 1, 60),
    ("side", 64, 1280),
    ("threshold", 5, 200),
    ("warm_up_ms", 0, 600_000),
    ("dwell_ms", 1_000, 3_600_000),
    ("stop_ms", 1_000, 3_600_000),
    ("gone_ms", 500, 3_600_000),
    ("object_low", 1, 1_000),
    ("object_high", 1, 1_000),
    ("vehicle_low", 1, 1_000),
)
