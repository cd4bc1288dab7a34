"""Who is eligible is a set of units, whatever slots they have; a batch is taken whole or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.routing import Network, UnitIndex
from tartip.engines.routing.tests.made import roads_of
from tartip.engines.routing.tests.test_units import STREET


@pytest.fixture
def units() -> UnitIndex:
    network = Network.build(roads_of(STREET, [(i, i + 1, 60_000, 60_000) for i in range(4)]))
    index = UnitIndex(network, room=2)
    for name, node in (("A", 0), ("B", 1), ("C", 2)):
        index.update(name, *STREET[node])
    return index


def near(units: UnitIndex, eligible: Any) -> list[Any]:
    return [found.unit_id for found in units.nearest(*STREET[0], eligible=eligible)]


def test_who_takes_the_slot_of_one_who_left_is_not_eligible(units: UnitIndex) -> None:
    mask = units.mask(["A", "C"])
    assert near(units, mask) == ["A", "C"]
    units.remove("A")
    units.update("intruder", *STREET[0])
    assert near(units, mask) == ["C"]


def test_who_comes_back_is_eligible_again_and_who_comes_later_too(units: UnitIndex) -> None:
    mask = units.mask(["A", "late"])
    units.remove("A")
    units.update("X", *STREET[1])
    units.update("A", *STREET[3])
    assert near(units, mask) == ["A"]
    units.update_many([*range(50), "late"], np.full(51, 24.0), np.full(51, 60.0))
    assert near(units, mask) == ["late", "A"]


def test_a_mask_serves_another_index_by_its_ids(units: UnitIndex) -> None:
    other = UnitIndex(units.network)
    other.update("C", *STREET[4])
    other.update("A", *STREET[3])
    mask = units.mask(["C"])
    assert near(units, mask) == near(other, mask) == near(units, mask) == ["C"]


@pytest.mark.parametrize("wrong", ["A", b"A", 5, np.ones(4, np.bool_), [["A"]], [{}]])
def test_what_names_no_units_is_refused(units: UnitIndex, wrong: Any) -> None:
    with pytest.raises(BadInput):
        near(units, wrong)


def test_ids_may_come_in_any_collection(units: UnitIndex) -> None:
    units.update(7, *STREET[0])
    for ids in (np.array([7, 8]), {7: "x"}, iter([7]), {7}, (7, 7)):
        assert near(units, ids) == [7]


def everything(units: UnitIndex) -> tuple[Any, ...]:
    names = sorted(map(str, units._slot_of))
    return len(units), names, [units.position(name) for name in names], units.nearest(*STREET[2], k=99)


@pytest.mark.parametrize(
    ("ids", "lon", "lat", "says"),
    [
        (["N", "B", []], [24.0, 24.0, 24.0], [60.0] * 3, "row 2"),
        (["N", None], [24.0, 24.0], [60.0] * 2, "row 1"),
        (["N", float("nan")], [24.0, 24.0], [60.0] * 2, "row 1"),
        (["N", "B"], [24.0, float("nan")], [60.0] * 2, "lon at row 1"),
        (["N", "B"], [24.0, 24.0], [60.0, 91.0], "lat at row 1"),
        (["N", "B"], [24.0, "24"], [60.0, 60.0], "lon at row 0|lon at row 1"),
        (["N", "B"], [24.0, None], [60.0, 60.0], "lon at row 1"),
        (["N", "B"], [[24.0], [24.0]], [60.0, 60.0], "shape"),
        (["N"], [24.0, 24.0], [60.0, 60.0], "1 units, but 2 places"),
        ("NB", [24.0, 24.0], [60.0, 60.0], "a text"),
        (3, [24.0], [60.0], "unit_ids"),
    ],
)
def test_a_batch_with_a_bad_row_changes_nothing_and_names_it(
    units: UnitIndex, ids: Any, lon: Any, lat: Any, says: str
) -> None:
    """README: "a batch is taken whole, or an error names its first bad row and nothing has changed"."""
    before = everything(units)
    with pytest.raises(BadInput, match=says):
        units.update_many(ids, lon, lat)
    assert everything(units) == before


def test_a_bad_heading_changes_nothing(units: UnitIndex) -> None:
    before = everything(units)
    for heading in (["north", 1.0], [np.inf, 1.0], [1.0]):
        with pytest.raises(BadInput, match="heading"):
            units.update_many(["N", "B"], [24.0, 24.0], [60.0, 60.0], heading)
    assert everything(units) == before
    units.update_many(["N", "B"], [24.0, 24.0], [60.0, 60.0], [None, 90])
    assert "N" in units


def test_rows_may_be_pairs(units: UnitIndex) -> None:
    assert units.update_many(["A", "B"], [STREET[3], STREET[4]]).tolist() == [True, True]
    assert [found.unit_id for found in units.nearest(STREET[4])] == ["B", "A", "C"]
