"""Every answer equals that of the slow reference: one-ways, restrictions, turn costs, live traffic included.

README (1): "Times, ways and the order of `nearest` are exact".
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.routing import CLOSED, UNREACHABLE, Network, Position, Positions, UnitIndex
from tartip.engines.routing.errors import Unreachable
from tartip.engines.routing.tests.made import random_places, random_roads
from tartip.engines.routing.tests.reference import Reference

seeds = st.integers(0, 2**32 - 1)


def positions(places: list[tuple[int, int]]) -> Positions:
    edge, share = np.array(places, np.int32).reshape(-1, 2).T.copy()
    return Positions(edge, share, np.full(len(edge), -1, np.int32), np.zeros(len(edge)))


def tangle(seed: int) -> tuple[np.random.Generator, Network, Reference]:
    """A random network, half of the time under random traffic with closed roads."""
    rng = np.random.default_rng(seed)
    roads = random_roads(rng)
    network = Network.build(roads)
    if rng.random() < 0.5:
        return rng, network, Reference(roads)
    usual = network.times
    now = np.where(rng.random(len(usual)) < 0.3, CLOSED, rng.integers(1, 60, len(usual)))
    now = np.where(usual == CLOSED, CLOSED, now)
    network.reweight(now)
    return rng, network, Reference(roads, now.tolist())


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_matrix_equals_dijkstra(seed: int) -> None:
    rng, network, reference = tangle(seed)
    origins = random_places(rng, network.roads, int(rng.integers(1, 5)))
    targets = random_places(rng, network.roads, int(rng.integers(1, 5)))
    wanted = [[(reference.best(o, t) or (UNREACHABLE,))[0] for t in targets] for o in origins]
    assert network.matrix(positions(origins), positions(targets)).tolist() == wanted


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_nearest_equals_dijkstra_to_every_unit(seed: int) -> None:
    rng, network, reference = tangle(seed)
    index = UnitIndex(network, room=4)
    places = random_places(rng, network.roads, int(rng.integers(1, 25)))
    against = rng.integers(-1, 2, len(places)).tolist()
    for unit, ((edge, share), facing) in enumerate(zip(places, against, strict=True)):
        index.place(unit, Position(edge, share, facing))
    eligible = [unit for unit in range(len(places)) if rng.random() < 0.7]
    target, k = random_places(rng, network.roads, 1)[0], int(rng.integers(1, 8))
    turn = network.snapping.turn_around_ms
    ways = []
    for unit in eligible:
        extra = [turn if against[unit] == way else 0 for way in (0, 1)]
        best = reference.best(places[unit], target, *extra)
        if best is not None:
            ways.append((*best, unit))
    wanted = [(unit, -(-ms // 1000), (dm + 5) // 10) for ms, dm, unit in sorted(ways)[:k]]
    assert index.nearest_to(Position(*target), k, eligible) == wanted
    assert index.nearest_to(Position(*target), k, index.mask(eligible)) == wanted


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_route_takes_the_quickest_way_and_its_pieces_hang_together(seed: int) -> None:
    rng, network, reference = tangle(seed)
    origin, target = random_places(rng, network.roads, 2)
    wanted = reference.best(origin, target)
    if wanted is None:
        with pytest.raises(Unreachable):
            network.route(Position(*origin), Position(*target))
        return
    route = network.route(Position(*origin), Position(*target))
    assert (route.ms, route.dm) == wanted
    assert sum(leg.ms for leg in route.legs) == route.ms
    assert sum(leg.dm for leg in route.legs) == route.dm
    arcs = [piece.arc for piece in route.pieces]
    head, tail = network.roads.arc_head, network.roads.arc_tail
    assert all(head[a] == tail[b] for a, b in pairwise(arcs))
    for ban in network.roads.bans:
        assert all(tuple(arcs[i : i + len(ban)]) != ban for i in range(len(arcs)))
