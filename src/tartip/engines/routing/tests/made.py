"""Small made networks for the tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tartip.engines.routing.graph.roads import CLOSED, FULL_SHARE, Roads, straight_roads
from tartip.engines.routing.graph.turncosts import TurnCosts

E7 = 10_000_000


def roads_of(places: list[tuple[float, float]], rows: list[tuple[int, int, int, int | None]], **more: object) -> Roads:
    """rows: tail, head, ms ahead, ms back (None: one way). A road is as many decimetres long as its ms ahead."""
    place = np.rint(np.array(places) * E7).astype(np.int32)
    tail, head, ahead = (np.array([row[i] for row in rows], np.int32) for i in range(3))
    back = np.array([CLOSED if row[3] is None else row[3] for row in rows], np.int32)
    return straight_roads(place[:, 0].copy(), place[:, 1].copy(), tail, head, ahead, back, ahead.copy(), **more)


def random_roads(rng: np.random.Generator, most_nodes: int = 9) -> Roads:
    """A tangle: one-ways, parallel roads, loops, dead ends, islands, bends, turn costs, restrictions of 2 to 4 arcs."""
    nodes, edges = int(rng.integers(2, most_nodes + 1)), int(rng.integers(1, 2 * most_nodes))
    lon, lat = (rng.integers(0, 50_000, nodes).astype(np.int32) + base for base in (76 * E7, 43 * E7))
    tail, head = rng.integers(0, nodes, (2, edges)).astype(np.int32)
    ahead = rng.integers(1, 40, edges).astype(np.int32)
    back = np.where(rng.random(edges) < 0.35, CLOSED, rng.integers(1, 40, edges)).astype(np.int32)
    swap = (rng.random(edges) < 0.2) & (back != CLOSED)
    ahead[swap] = CLOSED
    bends = rng.integers(0, 3, edges)
    first = np.concatenate(([0], np.cumsum(bends))).astype(np.int32)
    shape_lon, shape_lat = (rng.integers(0, 50_000, first[-1]).astype(np.int32) + b for b in (76 * E7, 43 * E7))
    roads = straight_roads(
        lon.astype(np.int32), lat.astype(np.int32), tail, head, ahead, back,
        rng.integers(0, 60, edges).astype(np.int32),
        shape_first=first, shape_lon_e7=shape_lon.astype(np.int32), shape_lat_e7=shape_lat.astype(np.int32),
    )  # fmt: skip
    turns = TurnCosts(*rng.integers(0, 12, 3).tolist()) if rng.random() < 0.6 else TurnCosts()
    return replace(roads, turns=turns, bans=random_bans(rng, roads))


def random_bans(rng: np.random.Generator, roads: Roads) -> tuple[tuple[int, ...], ...]:
    usual, tail, head = roads.times, roads.arc_tail, roads.arc_head
    bans = set()
    for _ in range(int(rng.integers(0, 6))):
        walk = [int(rng.integers(len(usual)))]
        for _ in range(int(rng.integers(1, 4))):
            onward = np.flatnonzero(tail == head[walk[-1]])
            walk.append(int(rng.choice(onward)))
        bans.add(tuple(walk))
    return tuple(sorted(bans))


def random_places(rng: np.random.Generator, roads: Roads, count: int) -> list[tuple[int, int]]:
    """Places anywhere on roads, a third of them at the very end of one."""
    edges = rng.integers(0, len(roads.tail), count)
    shares = rng.integers(0, FULL_SHARE + 1, count)
    at_end = rng.random(count)
    shares = np.where(at_end < 0.17, 0, np.where(at_end < 0.34, FULL_SHARE, shares))
    return list(zip(edges.tolist(), shares.tolist(), strict=True))
