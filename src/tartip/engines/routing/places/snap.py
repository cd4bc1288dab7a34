"""The search behind snapping: the nearest piece of road, ring by ring through the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.roads import FULL_SHARE, Ints
from tartip.engines.routing.jit import Scalar, brief, kernel
from tartip.engines.routing.places.position import Position, Positions

if TYPE_CHECKING:
    from tartip.engines.routing.search.view import View

Floats = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.uint32]
METRES_PER_E7 = 6_371_008.8 * np.pi / 180 / 1e7
SAME_POINT = 1e-6  # part of a piece: nearer to its end than this is the end


def snap_places(view: View, lon: Floats, lat: Floats, headings: Floats) -> Positions:
    """Checked places, float64 [n] each, brought to their roads."""
    edge, share, against = (np.empty(len(lon), np.int32) for _ in range(3))
    off_m = np.empty(len(lon), np.float64)
    roads, params = view.roads, view.snapping
    snap(
        *view.grid, roads.tail, roads.head, roads.lon_e7, roads.lat_e7, roads.shape_first, roads.shape_lon_e7,
        roads.shape_lat_e7, view.index.arc_end, lon, lat, headings, params.heading_weight_m, params.within_m,
        edge, share, against, off_m,
    )  # fmt: skip
    return Positions(edge, share, against, off_m)


def snap_place(view: View, lon: float, lat: float, heading: float) -> Position | None:
    """One checked place brought to its road; None where there is none within reach."""
    roads, params = view.roads, view.snapping
    edge, share, against, off_m = snap_one(
        *view.grid, roads.tail, roads.head, roads.lon_e7, roads.lat_e7, roads.shape_first, roads.shape_lon_e7,
        roads.shape_lat_e7, view.index.arc_end, lon, lat, heading, params.heading_weight_m, params.within_m,
    )  # fmt: skip
    return Position(edge, share, against, off_m) if edge >= 0 else None


@brief
def snap_one(
    frame: npt.NDArray[np.int64], first: Ranks, cell_edge: Ranks, cell_piece: Ranks,
    tail: Ints, head: Ints, lon: Ints, lat: Ints, shape_first: Ints, shape_lon: Ints, shape_lat: Ints, arc_end: Ints,
    x: float, y: float, heading: float, heading_weight_m: float, within_m: float,
) -> tuple[int, int, int, float]:  # fmt: skip
    """`snap` for one place: road, share, direction and metres off it."""
    place, out, off_m = np.array([x, y, heading]), np.empty(3, np.int32), np.empty(1)
    snap(
        frame, first, cell_edge, cell_piece, tail, head, lon, lat, shape_first, shape_lon, shape_lat, arc_end,
        place[:1], place[1:2], place[2:], heading_weight_m, within_m, out[:1], out[1:2], out[2:], off_m,
    )  # fmt: skip
    return out[0], out[1], out[2], off_m[0]


@kernel
def snap(
    frame: npt.NDArray[np.int64], first: Ranks, cell_edge: Ranks, cell_piece: Ranks,
    tail: Ints, head: Ints, lon: Ints, lat: Ints, shape_first: Ints, shape_lon: Ints, shape_lat: Ints, arc_end: Ints,
    px: Floats, py: Floats, headings: Floats, heading_weight_m: float, within_m: float,
    out_edge: Ints, out_share: Ints, out_against: Ints, out_off_m: Floats,
) -> None:  # fmt: skip
    """For each place (degrees) the best road; out_edge -1 where none is within reach. Equal distances: a road by
    which one may leave the junction with a free choice, then the lower number."""
    west, south, width, height, columns, rows = frame
    for i in range(px.shape[0]):
        out_edge[i], out_share[i], out_against[i], out_off_m[i] = -1, 0, -1, np.inf
        x, y = px[i] * 1e7, py[i] * 1e7
        my = METRES_PER_E7
        mx = my * np.cos(np.radians(py[i]))
        faces = headings[i] >= 0
        fx, fy = np.sin(np.radians(headings[i])), np.cos(np.radians(headings[i]))
        column = min(max(np.int64((x - west) // width), 0), columns - 1)
        row = min(max(np.int64((y - south) // height), 0), rows - 1)
        best, best_stub, best_piece, best_t = np.inf, True, 0, 0.0
        for ring in range(max(columns, rows)):
            for r in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
                whole_row = r == row - ring or r == row + ring
                c = column - ring - 1
                while c < column + ring:
                    c += 1 if whole_row or c < column - ring else 2 * ring
                    if c < 0 or c >= columns:
                        continue
                    for j in range(first[r * columns + c], first[r * columns + c + 1]):
                        e = cell_edge[j]
                        k: Scalar = np.int64(cell_piece[j]) if cell_piece.shape[0] > 0 else 0
                        begin, points = shape_first[e], shape_first[e + 1] - shape_first[e]
                        a, b = begin + k - 1, begin + k
                        ax = ((lon[tail[e]] if k == 0 else shape_lon[a]) - x) * mx
                        ay = ((lat[tail[e]] if k == 0 else shape_lat[a]) - y) * my
                        dx = ((lon[head[e]] if k == points else shape_lon[b]) - x) * mx - ax
                        dy = ((lat[head[e]] if k == points else shape_lat[b]) - y) * my - ay
                        square = dx * dx + dy * dy
                        t = -(ax * dx + ay * dy) / square if square > 0 else 0.0
                        t = 0.0 if t < SAME_POINT else 1.0 if t > 1 - SAME_POINT else t
                        off = np.hypot(ax + t * dx, ay + t * dy)
                        if off > within_m:
                            continue
                        cost, against = off, -1
                        if faces and square > 0:
                            along = (dx * fx + dy * fy) / np.sqrt(square)
                            against = 1 if along >= 0 else 0
                            if arc_end[2 * np.int64(e)] < 0:
                                along = -along
                            elif arc_end[2 * np.int64(e) + 1] >= 0:
                                along = abs(along)
                            cost += heading_weight_m * (1 - along) / 2
                        stub = (k == 0 and t == 0 and arc_end[2 * np.int64(e) + 1] < 0) or (
                            k == points and t == 1 and arc_end[2 * np.int64(e)] < 0
                        )
                        closer = cost < best - 1e-6
                        if closer or (
                            cost <= best + 1e-6 and (stub < best_stub or (stub == best_stub and e < out_edge[i]))
                        ):
                            best, best_stub, best_piece, best_t = min(best, cost), stub, k, t
                            out_edge[i], out_against[i], out_off_m[i] = e, against, off
            beyond = np.inf
            if column - ring > 0:
                beyond = min(beyond, (x - west - (column - ring) * width) * mx)
            if column + ring < columns - 1:
                beyond = min(beyond, ((column + ring + 1) * width - (x - west)) * mx)
            if row - ring > 0:
                beyond = min(beyond, (y - south - (row - ring) * height) * my)
            if row + ring < rows - 1:
                beyond = min(beyond, ((row + ring + 1) * height - (y - south)) * my)
            if beyond > min(best + 1e-6, within_m):
                break
        if out_edge[i] >= 0:
            out_share[i] = share_at(
                tail, head, lon, lat, shape_first, shape_lon, shape_lat, out_edge[i], best_piece, best_t, mx, my
            )


@kernel
def share_at(
    tail: Ints, head: Ints, lon: Ints, lat: Ints, shape_first: Ints, shape_lon: Ints, shape_lat: Ints,
    e: int, piece: int, t: float, mx: float, my: float,
) -> Scalar:  # fmt: skip
    """How far along edge e, in 65536ths, lies the point `t` of its piece `piece`."""
    begin, points = shape_first[e], shape_first[e + 1] - shape_first[e]
    x, y = np.int64(lon[tail[e]]), np.int64(lat[tail[e]])
    passed, whole = 0.0, 0.0
    for k in range(points + 1):
        nx = np.int64(shape_lon[begin + k] if k < points else lon[head[e]])
        ny = np.int64(shape_lat[begin + k] if k < points else lat[head[e]])
        step = np.hypot((nx - x) * mx, (ny - y) * my)
        if k < piece:
            passed += step
        elif k == piece:
            passed += t * step
        whole += step
        x, y = nx, ny
    share: Scalar = passed / whole * FULL_SHARE if whole > 0 else 0.0
    return np.int32(min(FULL_SHARE, max(0.0, np.rint(share))))
