"""Arguments of another kind, out of range or ambiguous are refused by name; nothing is guessed from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.routing import (
    Network,
    Position,
    Positions,
    Profile,
    SnapParams,
    TableLayout,
    TurnCosts,
    UnitIndex,
    read_csv,
    read_dimacs,
    read_osm,
)
from tartip.engines.routing.errors import BadFile
from tartip.engines.routing.tests.made import roads_of
from tartip.engines.routing.tests.test_units import STREET

ROADS = roads_of(STREET, [(i, i + 1, 60_000, 60_000) for i in range(4)])
NETWORK = Network.build(ROADS)
LON, LAT = STREET[1]


def positions(edge: Any, share: Any = (0,), against: Any = (-1,)) -> Positions:
    return Positions(np.array(edge), np.array(share), np.array(against), np.zeros(1))


@pytest.mark.parametrize(
    "edge", [np.array([-(2**63)]), np.array([2**63], np.uint64), np.array([2**31]), np.ma.array([0], mask=[True])]
)
def test_an_edge_too_large_for_the_kernels_is_no_other_edge(edge):
    """The absolute value of the least whole number is itself below zero, so it must not be asked."""
    with pytest.raises(BadInput):
        NETWORK.matrix(Positions(edge, np.zeros(1, int), np.zeros(1, int), np.zeros(1)), STREET[0])


@pytest.mark.parametrize("against", ["x", None, 1.5, float("nan"), 2**70, 5, -2, True, []])
def test_a_direction_that_is_none_is_refused_everywhere(against):
    place = Position(0, 0, against)
    units = UnitIndex(NETWORK)
    units.update("A", LON, LAT)
    questions = (
        lambda: units.place("B", place),
        lambda: units.nearest_to(place),
        lambda: NETWORK.matrix(place, STREET[0]),
        lambda: NETWORK.route(place, STREET[0]),
        lambda: NETWORK.lonlat(place),
    )
    for question in questions:
        with pytest.raises(BadInput):
            question()
    assert len(units) == 1


@pytest.mark.parametrize("place", [Position(True, 0), Position(0, True)])
def test_a_truth_value_is_no_edge(place):
    units = UnitIndex(NETWORK)
    with pytest.raises(BadInput):
        units.nearest_to(place)
    with pytest.raises(BadInput):
        units.place("A", place)


def test_what_has_no_order_is_neither_a_place_nor_a_row_of_units():
    with pytest.raises(BadInput):
        NETWORK.snap({LON, LAT})
    with pytest.raises(BadInput):
        NETWORK.snap({LON: 1, LAT: 2})
    with pytest.raises(BadInput):
        UnitIndex(NETWORK).update_many({"A", "B"}, [LON, LON], [LAT, LAT])


def test_numbers_under_a_mask_are_not_used():
    hidden = np.ma.array([LON, LON], mask=[False, True])
    with pytest.raises(BadInput, match="mask"):
        NETWORK.snap_many(hidden, [LAT, LAT])
    with pytest.raises(BadInput, match="mask"):
        UnitIndex(NETWORK).update_many(["A", "B"], [LON, LON], [LAT, LAT], np.ma.array([0.0, 90.0], mask=[True, False]))
    with pytest.raises(BadInput, match="mask"):
        NETWORK.reweight(np.ma.array(NETWORK.times, mask=True))
    assert NETWORK.metric.number == 0


NONSENSE: list[Any] = [None, "x", float("nan"), float("inf"), [], {}, b"x", -1, 2**70, object()]


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        *((SnapParams, name) for name in ("within_m", "heading_weight_m", "turn_around_ms")),
        *((TurnCosts, name) for name in ("left_ms", "right_ms", "u_turn_ms")),
        *((TableLayout, name) for name in ("time_ms", "length_dm")),
        *((Profile, name) for name in ("limit_share", "signal_ms", "ferry_wait_s", "smallest_island", "turns")),
    ],
)
def test_settings_that_are_no_numbers_are_refused(kind, field, value):
    with pytest.raises(BadInput, match=field):
        kind(**{field: value})


@pytest.mark.parametrize("field", ["turn_around_ms", "left_ms", "signal_ms"])
def test_half_a_millisecond_is_refused_where_times_are_whole(field):
    kind = {"turn_around_ms": SnapParams, "left_ms": TurnCosts, "signal_ms": Profile}[field]
    with pytest.raises(BadInput, match="whole"):
        kind(**{field: 1.5})


@pytest.mark.parametrize(
    "wrong",
    [
        {"access_keys": "access"}, {"denied": "no"}, {"blocking": ["bollard"]}, {"except_for": "psv"},
        {"speeds": {"residential": 0}}, {"speeds": {"residential": 35.5}}, {"implied_limits": {"urban": "60"}},
        {"obey_restrictions": 1}, {"speeds": None},
    ],
)  # fmt: skip
def test_a_text_in_the_place_of_a_list_is_not_read_by_its_letters(wrong):
    with pytest.raises(BadInput):
        Profile(**wrong)


@pytest.mark.parametrize("value", [None, True, 1.5, [], object()])
def test_what_is_no_network_no_file_and_no_setting_is_refused_by_name(value, tmp_path):
    some = tmp_path / "some"
    questions = (
        lambda: Network.build(value),
        lambda: Network.build(ROADS, value),
        lambda: Network.load(value),
        lambda: NETWORK.save(value),
        lambda: UnitIndex(value),
        lambda: read_osm(value),
        lambda: read_osm(some, value),
        lambda: read_csv(value, some),
        lambda: read_csv(some, some, value),
        lambda: read_dimacs(value, some),
        lambda: read_dimacs(some, value),
    )
    for question in questions:
        with pytest.raises(BadInput):
            question()


@pytest.mark.parametrize("unit", [float("nan"), -1.0, 0.0])
def test_a_unit_that_is_no_size_makes_no_times(unit):
    """Times below zero or not a number became one millisecond, so that every road was nearly free."""
    with pytest.raises(BadInput, match="unit_ms"):
        read_dimacs(Path("times.gr"), Path("places.co"), unit_ms=unit)


def test_a_path_that_no_system_has_is_a_bad_file():
    for question in (read_osm, Network.load):
        with pytest.raises(BadFile):
            question("a\0b.osm")


def test_nothing_without_a_hash_is_in_the_index():
    assert [] not in UnitIndex(NETWORK)
    with pytest.raises(BadInput, match="room"):
        UnitIndex(NETWORK, 2**40)
