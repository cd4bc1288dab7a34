"""Real networks: the directed roads of Edmonton against scipy, Porto Alegre with turn costs against the reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tartip.engines.routing import CLOSED, Network, Position, TableLayout, UnitIndex, read_csv, read_osm
from tartip.engines.routing.graph.roads import FULL_SHARE, Roads
from tartip.engines.routing.places.position import Positions
from tartip.engines.routing.tests.reference import Reference

ROADS = Path(__file__).parents[6] / "shared" / "data" / "roads"
needs_data = pytest.mark.skipif(not ROADS.exists(), reason="the folder of real networks is not beside the repository")


@pytest.fixture(scope="module")
def edmonton() -> Network:
    roads = read_csv(ROADS / "edmonton_nodes.csv.gz", ROADS / "edmonton_arcs.csv.gz", TableLayout.jemss())
    return Network.build(roads)


def at_nodes(roads: Roads, nodes: list[int]) -> Positions:
    """The end of some open arc into each node."""
    heads, is_open = roads.arc_head, roads.times != CLOSED
    arcs = np.array([int(np.flatnonzero((heads == node) & is_open)[0]) for node in nodes])
    share = np.where(arcs % 2 == 0, FULL_SHARE, 0).astype(np.int32)
    return Positions((arcs >> 1).astype(np.int32), share, np.full(len(nodes), -1, np.int32), np.zeros(len(nodes)))


def scipy_times(roads: Roads, times: np.ndarray, sources: list[int]) -> np.ndarray:
    """float64 [sources, nodes] by scipy's Dijkstra over the quickest of parallel arcs."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    keep = times != CLOSED
    tail, head, ms = roads.arc_tail[keep], roads.arc_head[keep], times[keep]
    order = np.lexsort((ms, head, tail))
    tail, head, ms = tail[order], head[order], ms[order]
    first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))
    graph = csr_array((ms[first].astype(float), (tail[first], head[first])), shape=(len(roads.lon_e7),) * 2)
    return np.asarray(dijkstra(graph, indices=sources))


@needs_data
def test_edmonton_with_its_one_ways_equals_scipy_before_and_after_traffic(edmonton: Network) -> None:
    """Twenty places to twelve and twelve to twenty: both directions of the sweeps, more than one set of lanes."""
    rng = np.random.default_rng(1)
    roads = edmonton.roads
    some, others = rng.integers(0, len(roads.lon_e7), 20).tolist(), rng.integers(0, len(roads.lon_e7), 12).tolist()
    usual = edmonton.usual_times
    slow = np.where(usual == CLOSED, CLOSED, usual * rng.integers(1, 5, len(usual)))
    for times in (usual, slow):
        edmonton.reweight(times)
        for origins, targets in ((some, others), (others, some)):
            wanted = scipy_times(roads, times, origins)[:, targets]
            assert np.array_equal(edmonton.matrix(at_nodes(roads, origins), at_nodes(roads, targets)), wanted)
    edmonton.reweight(usual)


@needs_data
def test_edmonton_nearest_equals_the_sorted_column_of_scipy(edmonton: Network) -> None:
    """From 3,000 units down to 5, so that both ways of finding the nearest are taken."""
    rng = np.random.default_rng(2)
    roads = edmonton.roads
    nodes = rng.integers(0, len(roads.lon_e7), 3000).tolist()
    places = at_nodes(roads, nodes)
    units = UnitIndex(edmonton)
    for unit in range(3000):
        units.place(unit, places[unit])
    targets = rng.integers(0, len(roads.lon_e7), 3).tolist()
    back = Roads(
        **{name: getattr(roads, name) for name in Roads.__slots__ if name not in ("tail", "head")},
        tail=roads.head,
        head=roads.tail,
    )
    away = scipy_times(back, edmonton.times, targets)
    for row, target in enumerate(targets):
        place = at_nodes(roads, [target])[0]
        for eligible in (range(3000), range(0, 3000, 150), range(5)):
            ms = np.sort(away[row][[nodes[unit] for unit in eligible]])[:10]
            found = units.nearest_to(place, 10, list(eligible))
            assert [near.seconds for near in found] == [-(-int(each) // 1000) for each in ms]
            routes = [edmonton.route(places[near.unit_id], place) for near in found]
            assert [(route.seconds, route.metres) for route in routes] == [(near[1], near[2]) for near in found]


@needs_data
@pytest.mark.slow
def test_porto_alegre_with_turn_costs_equals_the_reference() -> None:
    network = Network.build(read_osm(ROADS / "porto_alegre.osm.pbf"))
    reference = Reference(network.roads)
    rng = np.random.default_rng(3)
    assert network.roads.turns.u_turn_ms > 0
    for _ in range(6):
        ends = [(int(rng.integers(len(network.roads.tail))), int(rng.integers(FULL_SHARE + 1))) for _ in range(2)]
        wanted = reference.best(*ends)
        route = network.route(Position(*ends[0]), Position(*ends[1]))
        assert (route.ms, route.dm) == wanted
