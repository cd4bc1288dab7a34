"""Points along all roads, grouped by the H3 cell they lie in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.line import arc_line
from tartip.engines.routing.graph.roads import FULL_SHARE, Ints, Roads


class Hexagons(NamedTuple):
    """cell: uint64 [cells], ascending; its points are first[c] to first[c + 1] of edge, share (int32 [points])."""

    cell: npt.NDArray[np.uint64]
    first: npt.NDArray[np.int64]
    edge: Ints
    share: Ints


def sample(roads: Roads, resolution: int) -> Hexagons:
    """Both ends of every road and points between, half a cell edge apart at most. About a second a million points."""
    import h3

    step_dm = max(1, int(h3.average_hexagon_edge_length(resolution, unit="m") * 5))
    pieces = np.maximum(1, -(-roads.length_dm // step_dm)).astype(np.int64)
    edge = np.repeat(np.arange(len(pieces)), pieces + 1)
    first = np.cumsum(pieces + 1) - (pieces + 1)
    part = np.arange(len(edge)) - np.repeat(first, pieces + 1)
    share = part * FULL_SHARE // np.repeat(pieces, pieces + 1)
    lon, lat = places_along(roads, edge, share)
    to_cell, to_int = h3.latlng_to_cell, h3.str_to_int
    cell = np.array(
        [to_int(to_cell(y, x, resolution)) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)], np.uint64
    )
    order = np.argsort(cell, kind="stable")
    unique, begin = np.unique(cell[order], return_index=True)
    return Hexagons(unique, begin, edge[order].astype(np.int32), share[order].astype(np.int32))


def places_along(
    roads: Roads, edge: npt.NDArray[np.int64], share: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Degrees of points on roads: straight roads all at once, bent ones by their line."""
    along = share / FULL_SHARE
    lon, lat = (
        (values[roads.tail[edge]] * (1 - along) + values[roads.head[edge]] * along) / 1e7
        for values in (roads.lon_e7, roads.lat_e7)
    )
    bent = np.flatnonzero(np.diff(roads.shape_first)[edge] > 0)
    begin = 0
    for end in [*(np.flatnonzero(np.diff(edge[bent])) + 1).tolist(), len(bent)]:
        rows = bent[begin:end]
        if len(rows):
            line = arc_line(roads, 2 * int(edge[rows[0]]))
            squeeze = np.cos(np.radians(line[0, 1]))
            steps = np.hypot(np.diff(line[:, 0]) * squeeze, np.diff(line[:, 1]))
            at = np.concatenate(([0.0], np.cumsum(steps)))
            lon[rows] = np.interp(along[rows] * at[-1], at, line[:, 0])
            lat[rows] = np.interp(along[rows] * at[-1], at, line[:, 1])
        begin = end
    return lon, lat
