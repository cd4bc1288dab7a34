"""Places as callers give them: a pair or two numbers; anything else is a typed error, never a wrong place."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.routing import Network, Position, UnitIndex
from tartip.engines.routing.errors import OffNetwork, SwappedPlace
from tartip.engines.routing.tests.made import roads_of
from tartip.engines.routing.tests.test_units import STREET

NETWORK = Network.build(roads_of(STREET, [(i, i + 1, 60_000, 60_000) for i in range(4)]))
LON, LAT = STREET[1]


def test_a_pair_is_a_place_everywhere() -> None:
    here = NETWORK.snap(LON, LAT)
    for pair in ((LON, LAT), [LON, LAT], np.array([LON, LAT]), (Decimal("24.018"), 60)):
        assert NETWORK.snap(pair) == here
    units = UnitIndex(NETWORK)
    assert units.update("A", (LON, LAT), heading=90).edge == NETWORK.snap(LON, LAT, 90).edge
    assert units.nearest((LON, LAT), k=1) == units.nearest(LON, LAT, 1)
    assert units.column((LON, LAT))[0] == ("A",)
    assert NETWORK.matrix(STREET[0], STREET[2:]).tolist() == [[120_000, 180_000, 240_000]]
    assert NETWORK.route(STREET[0], STREET[2]).ms == 120_000
    assert len(NETWORK.isochrone(STREET[0], 60).cells)


NONSENSE: list[Any] = [
    (float("nan"), LAT), (LON, float("nan")), (float("inf"), LAT), (181.0, LAT), (LON, -90.5), ("24", "60"),
    (None, None), (LON, "60"), (None, LAT), ((LON, LAT), LAT), (True, LAT), (LON, 60j), ([LON], LAT),
    ("24,60", None), ((LON,), None), ((LON, LAT, 5.0), None), (LON, None), ((LON, None), None), ({}, LAT),
    (np.array([LON]), np.array([LAT])), (10**400, LAT), (b"24", LAT), (Position(0, 0), None),
]  # fmt: skip


@pytest.mark.parametrize(("lon", "lat"), NONSENSE)
def test_nonsense_is_a_typed_error_and_moves_nobody(lon: Any, lat: Any) -> None:
    units = UnitIndex(NETWORK)
    units.update("A", LON, LAT)
    for question in (NETWORK.snap, units.nearest, units.column, lambda x, y: units.update("A", x, y)):
        with pytest.raises(BadInput):
            question(lon, lat)
    assert units.position("A") == NETWORK.snap(LON, LAT)


def test_exchanged_numbers_are_said_to_be_exchanged() -> None:
    with pytest.raises(SwappedPlace, match="longitude comes first"):
        NETWORK.snap(LAT, LON)
    with pytest.raises(OffNetwork):
        NETWORK.snap(10.0, 10.0)
    with pytest.raises(BadInput, match="longitude comes first"):
        NETWORK.snap(43.2, 131.9)


def test_far_rows_of_pairs_are_refused_by_matrix() -> None:
    with pytest.raises(OffNetwork):
        NETWORK.matrix(STREET, [(24.0, 60.0), (30.0, 60.0)])


@pytest.mark.parametrize("heading", ["90", float("inf"), [90], True, 1j])
def test_a_heading_is_a_number_or_not_known(heading: Any) -> None:
    with pytest.raises(BadInput, match="heading"):
        NETWORK.snap(LON, LAT, heading)
    assert NETWORK.snap(LON, LAT, float("nan")).against == -1


@pytest.mark.parametrize("k", [0, -1, "3", 2.5, None, True])
def test_k_is_a_whole_number_from_one(k: Any) -> None:
    with pytest.raises(BadInput, match="k at nearest"):
        UnitIndex(NETWORK).nearest(LON, LAT, k)


OFF: list[Any] = [(-1, 0), (99, 0), (0, -1), (0, 70_000), ("0", 0), (0, None), (0.5, 0)]


@pytest.mark.parametrize("position", [*(Position(*place) for place in OFF), "x", None, 5])
def test_a_position_off_the_network_is_refused(position: Any) -> None:
    for question in (
        lambda: NETWORK.route(position, Position(0, 0)),
        lambda: NETWORK.matrix(Position(0, 0), position),
        lambda: UnitIndex(NETWORK).nearest_to(position),
        lambda: UnitIndex(NETWORK).place("A", position),
    ):
        with pytest.raises(BadInput):
            question()


@settings(max_examples=200, deadline=None)
@given(
    lon=st.one_of(st.floats(), st.integers(), st.none(), st.text(), st.tuples(st.floats(), st.floats()), st.booleans()),
    lat=st.one_of(st.floats(), st.integers(), st.none(), st.text(), st.complex_numbers()),
    heading=st.one_of(st.none(), st.floats(), st.text(), st.integers()),
)
def test_any_objects_for_a_place_give_a_road_or_a_documented_error(lon: Any, lat: Any, heading: Any) -> None:
    """README: "a place that is none is BadInput, one without a road OffNetwork"."""
    with suppress(BadInput, OffNetwork):
        assert 0 <= NETWORK.snap(lon, lat, heading).edge < 4
    with suppress(BadInput):
        NETWORK.snap_many([lon, LON], [lat, LAT], [heading, None])
