"""Cells reached in time are those in which a point of road is reached in time."""

from __future__ import annotations

import h3
import numpy as np
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.routing import Network, Position
from tartip.engines.routing.graph.roads import CLOSED
from tartip.engines.routing.places.hexagons import sample
from tartip.engines.routing.tests.made import random_places, random_roads, roads_of
from tartip.engines.routing.tests.reference import Reference
from tartip.engines.routing.tests.test_exact import positions


@pytest.mark.parametrize("towards", [False, True])
def test_every_cell_has_the_time_of_its_nearest_sampled_point(towards: bool) -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        network = Network.build(random_roads(rng))
        reference = Reference(network.roads)
        places = random_places(rng, network.roads, int(rng.integers(1, 3)))
        cells = sample(network.roads, 11)
        wanted: dict[int, int] = {}
        for c, cell in enumerate(cells.cell.tolist()):
            for row in range(cells.first[c], [*cells.first, len(cells.edge)][c + 1]):
                point = (int(cells.edge[row]), int(cells.share[row]))
                for place in places:
                    best = reference.best(point, place) if towards else reference.best(place, point)
                    if best and best[0] < wanted.get(cell, CLOSED):
                        wanted[cell] = best[0]
        found = network.isochrone(positions(places), 3600, 11, towards)
        answer = dict(zip(found.cells.tolist(), found.ms.tolist(), strict=True))
        assert answer == wanted


def test_an_isochrone_grows_with_time_and_stops_where_time_ends() -> None:
    """A road of 1.4 km (0.0125 degrees of latitude) in 100 s: within 50 s one gets half way, 695 m."""
    network = Network.build(roads_of([(76.0, 43.0), (76.0, 43.0125)], [(0, 1, 100_000, 100_000)]))
    # The made road is 100,000 dm long by its ms, so it is sampled finely.
    start = Position(0, 0)
    small, large = network.isochrone(start, 50, 10), network.isochrone(start, 100, 10)
    assert set(small.cells.tolist()) < set(large.cells.tolist())
    north = max(h3.cell_to_latlng(h3.int_to_str(cell))[0] for cell in small.cells.tolist())
    assert north == pytest.approx(43.00625, abs=0.0007)  # a cell of resolution 10 is about 66 m from centre to edge
    assert int(small.ms.max()) <= 50_000


def test_senseless_questions_are_refused() -> None:
    network = Network.build(roads_of([(76.0, 43.0), (76.0, 43.01)], [(0, 1, 10, 10)]))
    with pytest.raises(BadInput, match="resolution"):
        network.isochrone(Position(0, 0), 10, 15)
    with pytest.raises(BadInput, match="seconds"):
        network.isochrone(Position(0, 0), -1)
    with pytest.raises(BadInput, match="no place"):
        network.isochrone(positions([]), 10)
