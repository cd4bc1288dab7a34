"""The nearest ten by other libraries: units and incidents anywhere on the road, as ours have them.

A peer knows junctions only. So a unit is at both ends of its road with what is left to drive, an incident likewise, and
the best of the four ways counts, or the way along one road if both are on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from bench.contract import seconds
from tartip.engines.routing import CLOSED, Roads

Longs = npt.NDArray[np.int64]
FULL_SHARE = 1 << 16
FAR = 1 << 40


class OnRoads:
    """Where the units are, and the arithmetic that every peer needs. Shares are inside the road, not at its ends."""

    def __init__(self, roads: Roads, edge: Longs, share: Longs) -> None:
        self.times = roads.times.astype(np.int64).reshape(-1, 2)
        self.nodes = np.column_stack((roads.tail, roads.head)).astype(np.int64)
        self.edge, self.share = edge, share
        whole = self.times[edge]
        gone = np.column_stack((share, FULL_SHARE - share))
        self.left = np.where(whole == CLOSED, FAR, whole - (whole * gone >> 16))  # ms to the end ahead, and back
        self.end = self.nodes[edge][:, ::-1].ravel()

    def targets(self, edge: int, share: int) -> list[tuple[int, int]]:
        """(node before the last stretch, ms of that stretch) of an incident."""
        sides = zip(self.nodes[edge].tolist(), self.times[edge].tolist(), (share, FULL_SHARE - share), strict=True)
        return [(node, whole * along >> 16) for node, whole, along in sides if whole != CLOSED]

    def combine(self, columns: list[tuple[npt.NDArray[Any], int]], edge: int, share: int) -> npt.NDArray[Any]:
        """ms of every unit. columns: times from both ends of every unit to a node, and the ms after that node."""
        best = np.full(len(self.edge), float(FAR))
        for times, last in columns:
            best = np.minimum(best, (np.asarray(times, float).reshape(-1, 2) + self.left).min(axis=1) + last)
        here = np.flatnonzero(self.edge == edge)
        ahead, back = self.times[edge].tolist()
        for row in here.tolist():
            begin = int(self.share[row])
            if share >= begin and ahead != CLOSED:
                best[row] = min(best[row], (ahead * share >> 16) - (ahead * begin >> 16))
            if share <= begin and back != CLOSED:
                after, before = FULL_SHARE - share, FULL_SHARE - begin
                best[row] = min(best[row], (back * after >> 16) - (back * before >> 16))
        return best


class Scipy(OnRoads):
    """Dijkstra from the incident over reversed arcs, with a limit doubled until k units are inside."""

    def __init__(self, roads: Roads, edge: Longs, share: Longs) -> None:
        from scipy.sparse import csr_array

        super().__init__(roads, edge, share)
        keep = roads.times != CLOSED
        tail, head, ms = roads.arc_tail[keep], roads.arc_head[keep], roads.times[keep]
        order = np.lexsort((ms, tail, head))
        tail, head, ms = tail[order], head[order], ms[order]
        first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))
        size = len(roads.lon_e7)
        self.graph = csr_array((ms[first].astype(float), (head[first], tail[first])), shape=(size, size))
        self.limit = float(np.median(ms)) * 8

    def column(self, edge: int, share: int, limit: float = np.inf) -> npt.NDArray[Any]:
        from scipy.sparse.csgraph import dijkstra

        ends = self.targets(edge, share)
        rows = dijkstra(self.graph, indices=[node for node, _ in ends], limit=limit)[:, self.end]
        return self.combine([(row, last) for row, (_, last) in zip(rows, ends, strict=True)], edge, share)

    def nearest(self, edge: int, share: int, k: int) -> npt.NDArray[Any]:
        limit = self.limit
        while True:
            times = self.column(edge, share, limit)
            best = np.partition(times, k - 1)[:k]
            if best.max() <= limit:  # what lies beyond the limit is not seen, and is farther than that
                return best
            limit *= 2


class RoutingKit(OnRoads):
    """Rows of its matrix on reversed arcs, so that the ends of one incident are the sources; then the k least."""

    def __init__(self, roads: Roads, edge: Longs, share: Longs) -> None:
        from pyroutingkit import CCHMetric, CCHTopology

        super().__init__(roads, edge, share)
        keep = roads.times != CLOSED
        tail, head = roads.arc_tail[keep].astype(np.uint32), roads.arc_head[keep].astype(np.uint32)
        places = (roads.lat_e7 / 1e7).astype(np.float32), (roads.lon_e7 / 1e7).astype(np.float32)
        self.topology, self.wanted = CCHTopology(), self.end.astype(np.uint32)
        self.weights = roads.times[keep].astype(np.uint32)
        self.build_s = seconds(lambda: self.topology.build(head, tail, *places, len(roads.lon_e7)))
        self.metric, self.spare = CCHMetric(self.topology), CCHMetric(self.topology)
        self.metric.customize(self.weights)

    def column(self, edge: int, share: int) -> npt.NDArray[Any]:
        ends = self.targets(edge, share)
        rows = self.metric.distances_many_to_many(np.array([node for node, _ in ends], np.uint32), self.wanted)
        return self.combine([(row, last) for row, (_, last) in zip(rows, ends, strict=True)], edge, share)

    def nearest(self, edge: int, share: int, k: int) -> npt.NDArray[Any]:
        nearest: npt.NDArray[Any] = np.partition(self.column(edge, share), k - 1)[:k]
        return nearest

    def reweight(self) -> None:
        self.spare.customize(self.weights * np.uint32(2))
