"""A route for the tablet: its line, and its legs by street with what to do at the beginning of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tartip.engines.routing.graph.line import Line, Points, cut, lines_of, lonlat
from tartip.engines.routing.graph.roads import FERRY, ROUNDABOUT
from tartip.engines.routing.places.position import Position
from tartip.engines.routing.search.trace import Piece, towards, trace

if TYPE_CHECKING:
    from tartip.engines.routing.search.view import View

SLIGHT, TURN, SHARP, U_TURN = 20, 45, 120, 170  # degrees


@dataclass(frozen=True, slots=True)
class Leg:
    """One street. manoeuvre at its beginning: depart, straight, slight_left, left, sharp_left, slight_right, right,
    sharp_right, u_turn, roundabout, ferry. lon, lat: where; bearing: degrees from north on setting off."""

    street: str
    manoeuvre: str
    ms: int
    dm: int
    lon: float
    lat: float
    bearing: int

    @property
    def metres(self) -> int:
        return (self.dm + 5) // 10


@dataclass(frozen=True, slots=True)
class Route:
    """ms and dm add up over the legs exactly. line: float64 [points, 2], degrees (lon, lat)."""

    ms: int
    dm: int
    legs: tuple[Leg, ...]
    line: Line
    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> int:
        """Whole seconds, rounded up."""
        return -(-self.ms // 1000)

    @property
    def metres(self) -> int:
        return (self.dm + 5) // 10


def route(view: View, origin: Position, target: Position) -> Route:
    """See Network.route. An origin that faces one way (`against`) pays for turning round, as a unit does."""
    turn_around = view.snapping.turn_around_ms
    ahead, back = (turn_around if origin.against == way else 0 for way in (0, 1))
    found = trace(view, origin, towards(view, target), ahead, back)
    roads = view.roads
    if not found.pieces:
        here = np.array([lonlat(roads, origin.edge, origin.share)])
        return Route(found.ms, found.dm, (), here, ())
    lines = lines_of(roads, [piece.arc for piece in found.pieces])
    for i in {0, len(lines) - 1}:
        begin, end = found.pieces[i].begin, found.pieces[i].end
        lines[i] = [(x, y) for x, y in cut(np.array(lines[i]), begin, end).tolist()]
    legs: list[Leg] = []
    for i, (piece, line) in enumerate(zip(found.pieces, lines, strict=True)):
        edge = piece.arc >> 1
        street, kind = roads.names[roads.name[edge]], int(roads.kind[edge])
        dm = (int(roads.length_dm[edge]) * piece.end >> 16) - (int(roads.length_dm[edge]) * piece.begin >> 16)
        if i == 0:
            manoeuvre = "depart"
        else:
            before = found.pieces[i - 1]
            kind_before = int(roads.kind[before.arc >> 1])
            manoeuvre = manoeuvre_at(lines[i - 1], line, kind_before, kind, before.arc ^ 1 == piece.arc)
        same = i > 0 and street == legs[-1].street and manoeuvre in ("straight", "slight_left", "slight_right")
        if same:
            last = legs[-1]
            legs[-1] = Leg(street, last.manoeuvre, last.ms + piece.ms, last.dm + dm, last.lon, last.lat, last.bearing)
        else:
            legs.append(Leg(street, manoeuvre, piece.ms, dm, *line[0], direction(line[0], line[1])))
    legs = level(legs, found.dm)
    points = lines[0] + [point for line in lines[1:] for point in line[1:]]
    return Route(found.ms, found.dm, tuple(legs), np.array(points), tuple(found.pieces))


def manoeuvre_at(before: Points, after: Points, kind_before: int, kind: int, back: bool) -> str:
    """What the driver does between two lines."""
    if kind & FERRY and not kind_before & FERRY:
        return "ferry"
    if kind & ROUNDABOUT:
        return "straight" if kind_before & ROUNDABOUT else "roundabout"
    angle = (direction(after[0], after[1]) - direction(before[-2], before[-1]) + 540) % 360 - 180
    if back or abs(angle) >= U_TURN:
        return "u_turn"
    if abs(angle) < SLIGHT:
        return "straight"
    side = "left" if angle < 0 else "right"
    return f"slight_{side}" if abs(angle) < TURN else side if abs(angle) < SHARP else f"sharp_{side}"


def direction(here: tuple[float, float], there: tuple[float, float]) -> int:
    """Whole degrees clockwise from north."""
    east = (there[0] - here[0]) * math.cos(math.radians(here[1]))
    return round(math.degrees(math.atan2(east, there[1] - here[1]))) % 360


def level(legs: list[Leg], dm: int) -> list[Leg]:
    """Give the decimetre lost in rounding the two ends back to the last leg, so that legs add up."""
    lost = dm - sum(leg.dm for leg in legs)
    last = legs[-1]
    return [*legs[:-1], Leg(last.street, last.manoeuvre, last.ms, last.dm + lost, last.lon, last.lat, last.bearing)]
