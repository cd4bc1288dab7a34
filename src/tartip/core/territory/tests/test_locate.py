from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st
from shapely.geometry import box

from tartip.core.territory.errors import BadCoordinate, NoOutlines, OutsideCountry
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.locator import Locator, Place
from tartip.core.territory.rows import REGIONS_GEOJSON
from tartip.core.territory.tests.reference import holds

OUTLINES = {f["id"]: f["geometry"] for f in json.loads(REGIONS_GEOJSON.read_text(encoding="utf-8"))["features"]}

# A made country at the equator, where a degree is 111.195 km both ways: region R is 0..2, district D its west half,
# region S the square east of R.
SQUARES = [("R", 1, box(0, 0, 2, 1)), ("D", 2, box(0, 0, 1, 1)), ("S", 1, box(2, 0, 3, 1))]


@pytest.fixture(scope="module")
def squares() -> Locator:
    return Locator(SQUARES)


def test_the_centre_of_each_region_lies_in_it(country: TerritoryTree, shipped: Locator) -> None:
    for code in country.children("KZ"):
        row = country.row(code)
        assert row.centre_lon_e6 is not None
        assert row.centre_lat_e6 is not None
        assert shipped.locate(row.centre_lon_e6 / 1e6, row.centre_lat_e6 / 1e6) == Place(code, 1)


def test_each_city_lies_in_its_region(country: TerritoryTree, shipped: Locator) -> None:
    cities = [row for row in country.rows.values() if row.kind == "city"]
    assert len(cities) == 39
    for row in cities:
        assert row.centre_lon_e6 is not None
        assert row.centre_lat_e6 is not None
        assert shipped.locate(row.centre_lon_e6 / 1e6, row.centre_lat_e6 / 1e6).code == row.parent, row.name_en


@given(st.floats(46.6, 87.2), st.floats(40.7, 55.3))
@settings(max_examples=25, deadline=None)
def test_the_index_answers_as_counting_crossings_does(shipped: Locator, lon: float, lat: float) -> None:
    by_rays = [code for code, geometry in OUTLINES.items() if holds(geometry, lon, lat)]
    try:
        place = shipped.locate(lon, lat, tolerance_m=0)
    except OutsideCountry:
        assert by_rays == []
    else:
        assert by_rays in ([place.code], [])  # [] only for a point exactly on a border


def test_the_finest_outline_answers(squares: Locator) -> None:
    assert squares.locate(0.5, 0.5) == Place("D", 2)
    assert squares.locate(1.5, 0.5) == Place("R", 1)


def test_a_point_on_a_common_border_belongs_to_the_lower_code_in_any_order() -> None:
    for order in (SQUARES, SQUARES[::-1]):
        assert Locator(order).locate(2, 0.5) == Place("R", 1)


def test_a_point_just_outside_belongs_to_the_nearest_and_says_how_far(squares: Locator) -> None:
    # 0.02° of longitude east of S at the equator: 0.02 x 111 195 m = 2 224 m
    assert squares.locate(3.02, 0.0) == Place("S", 1, 2224)


def test_outside_the_finer_of_two_in_reach_is_preferred(squares: Locator) -> None:
    # South of D by 0.01°: D and R are equally near, D says more. 0.01 x 111 195 = 1 112 m.
    assert squares.locate(0.5, -0.01) == Place("D", 2, 1112)


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    """At 60° north it is half: 0.08° east is 0.08 x 111 195 / 2 = 4 448 m, within 5 km; at the equator 8 896 m."""
    north = Locator([("N", 1, box(0, 59, 1, 61))])
    assert north.locate(1.08, 60) == Place("N", 1, 4448)
    with pytest.raises(OutsideCountry):
        Locator([("E", 1, box(0, -1, 1, 1))]).locate(1.08, 0)


def test_beyond_the_tolerance_is_outside(squares: Locator) -> None:
    # 0.046° = 5 115 m
    with pytest.raises(OutsideCountry):
        squares.locate(3.046, 0.5)


def test_moscow_is_not_in_kazakhstan(shipped: Locator) -> None:
    with pytest.raises(OutsideCountry, match=r"37\.62, 55\.75"):
        shipped.locate(37.62, 55.75)


def test_the_middle_of_the_caspian_is_no_territory(shipped: Locator) -> None:
    with pytest.raises(OutsideCountry):
        shipped.locate(50.5, 42.0)


def test_swapped_coordinates_are_pointed_out(shipped: Locator) -> None:
    with pytest.raises(OutsideCountry, match="swapped"):
        shipped.locate(43.25, 76.93)


@pytest.mark.parametrize(
    "lon, lat, field",
    [
        (math.nan, 43.0, "lon"),
        (76.9, math.inf, "lat"),
        (180.1, 43.0, "lon"),
        (76.9, -90.5, "lat"),
        ("76.9", 43.0, "lon"),
        (76.9, None, "lat"),
        (True, 43.0, "lon"),
        (76.9, Decimal("43"), "lat"),
        (76.9, 43 + 0j, "lat"),
    ],
)
def test_an_impossible_coordinate_names_its_field(shipped: Locator, lon: float, lat: float, field: str) -> None:
    with pytest.raises(BadCoordinate, match=f"^{field}: must be") as raised:
        shipped.locate(lon, lat)
    assert raised.value.fields["field"] == field


def test_without_outlines_nothing_is_guessed() -> None:
    with pytest.raises(NoOutlines):
        Locator([]).locate(76.9, 43.2)
