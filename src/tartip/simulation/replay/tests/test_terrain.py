"""Places, talks and crews drawn from a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import shapely

from tartip.core.places import metres_between
from tartip.simulation.errors import NoTerrain
from tartip.simulation.random_streams import RandomStreams
from tartip.simulation.replay import mapping
from tartip.simulation.replay.conversations import draw_conversations
from tartip.simulation.replay.fleet import fleet_of, shared
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.source import Row
from tartip.simulation.replay.terrain import GAP, Terrain

# About 24 by 22 km around Almaty.
OUTLINE = shapely.box(76.8, 43.15, 77.1, 43.35)
NOON = datetime(2023, 1, 1, 20, tzinfo=UTC)


def make_terrain(seed: int = 1, beats: int = 20) -> Terrain:
    return Terrain("750000000", OUTLINE, [f"{number}" for number in range(100, 100 + beats)], RandomStreams(seed))


def row(number: str, seconds: int, beat: str = "100", type_: str = "415") -> Row:
    return Row(2, number, NOON + timedelta(seconds=seconds), type_, "K", beat, 2, 0, "MAIN ST", "")


def test_an_address_is_always_at_one_point_and_the_next_block_a_hundred_metres_on():
    # Number 100 and number 0 of one road are 100 m apart, unless the road ends between them and begins anew.
    one = make_terrain()
    assert one.spot("105", 4700, "MAIN ST") == make_terrain().spot("105", 4700, "MAIN ST")
    steps = [
        metres_between(*one.spot("105", block, "MAIN ST"), *one.spot("105", block + 100, "MAIN ST"))
        for block in range(0, 500, 100)
    ]
    assert sorted(steps)[0] in (99, 100, 101)
    assert sorted(steps)[3] in (99, 100, 101)


def test_a_crossing_is_the_same_point_whichever_road_is_named_first():
    assert make_terrain().spot("105", 0, "A ST", "B ST") == make_terrain().spot("105", 0, "B ST", "A ST")


def test_another_seed_is_another_city():
    assert make_terrain(1).spot("105", 4700, "MAIN ST") != make_terrain(2).spot("105", 4700, "MAIN ST")


def test_nothing_of_one_beat_is_near_another_and_everything_lies_in_the_outline():
    one = make_terrain()
    beats = [f"{number}" for number in range(100, 120)]
    spots = {beat: [one.spot(beat, block, f"{name} ST") for block in (0, 900) for name in "ABCDEF"] for beat in beats}
    assert all(shapely.intersects_xy(OUTLINE, lon / 1e6, lat / 1e6) for found in spots.values() for lon, lat in found)
    nearest = min(
        metres_between(*a, *b) for one_beat in spots for other in spots if one_beat < other
        for a in spots[one_beat] for b in spots[other]
    )  # fmt: skip
    assert nearest >= GAP - 2  # coordinates are rounded, the sphere is a little smaller to the north


def test_too_many_beats_for_a_territory_are_refused():
    with pytest.raises(NoTerrain, match="too small for 3000 beats"):
        make_terrain(beats=3000).spot("100", 0, "MAIN ST")


def test_a_call_waits_until_an_operator_is_free():
    # One operator: picks up after 5 s, talks 75, writes 10. The second call, 10 s later, is taken at 5 + 75 + 10 = 90.
    model = Model(operators=1, pick_up_spread=0, talk_spread=0)
    found = draw_conversations([row("A", 0), row("B", 10)], RandomStreams(1), model)
    assert found["A"].answered == NOON + timedelta(seconds=5)
    assert found["A"].assessed == NOON + timedelta(seconds=5 + 45)  # 60 % of the talk
    assert found["A"].released == NOON + timedelta(seconds=80)
    assert found["B"].answered == NOON + timedelta(seconds=90)


def test_units_are_shared_by_load_with_the_largest_remainders_first():
    # 10 units, one each first: 7 are left for 60:30:10 → 4.2, 2.1, 0.7 → 4, 2, 0; the last goes to the .7
    assert shared({"a": 60, "b": 30, "c": 10}, 10, 1) == {"a": 5, "b": 3, "c": 2}


def test_the_fleet_stands_at_the_busiest_beats_and_the_placeless_division_has_no_place():
    rows = [row("A", 0, "100"), row("B", 1, "100"), row("C", 2, "101"), row("D", 3, "-1"), row("E", 4, "101", "INFO")]
    crews = fleet_of(rows, mapping.load(), make_terrain(), RandomStreams(1), Model(units=5, fewest=1))
    assert next(crew.callsign for crew in crews if crew.division == "1") == "SD 1-01"
    assert next(crew.home for crew in crews if crew.callsign == "SD 1-01") == make_terrain().centre("100")
    assert {crew.home for crew in crews if crew.division == ""} == {None}
    assert len(crews) == 5
