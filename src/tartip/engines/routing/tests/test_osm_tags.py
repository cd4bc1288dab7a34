"""What the tags of one way mean for a patrol car."""

from __future__ import annotations

import pytest

from tartip.engines.errors import BadInput
from tartip.engines.routing import Profile
from tartip.engines.routing.read.osm_access import directions
from tartip.engines.routing.read.osm_tags import blocked, drivable, duration_ms, posted, speeds

CAR = Profile()


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "footway"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "emergency": "yes"}, True),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, True),
        ({"highway": "service", "motor_vehicle": "no", "access": "yes"}, False),
        ({"highway": "track", "access": "agricultural;destination"}, True),
        ({"highway": "pedestrian", "area": "yes"}, False),
        ({"route": "ferry", "motor_vehicle": "yes"}, True),
        ({"route": "ferry"}, False),
        ({"route": "ferry", "motor_vehicle": "no", "foot": "yes"}, False),
        ({"waterway": "river"}, False),
    ],
)
def test_which_ways_are_driven(tags: dict[str, str], answer: bool) -> None:
    assert drivable(tags, CAR) is answer


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        ({"highway": "residential"}, "both"),
        ({"highway": "residential", "oneway": "yes"}, "ahead"),
        ({"highway": "residential", "oneway": "-1"}, "back"),
        ({"highway": "tertiary", "junction": "roundabout"}, "ahead"),
        ({"highway": "motorway"}, "ahead"),
        ({"highway": "motorway_link", "oneway": "no"}, "both"),
        ({"highway": "primary", "oneway": "reversible"}, "neither"),
    ],
)
def test_which_way_a_road_is_driven(tags: dict[str, str], answer: str) -> None:
    assert directions(tags, CAR) == answer


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("60", 60), ("30 mph", 48), ("KZ:urban", 60), ("RU:rural", 90), ("60;80", 60), ("none", 110), ("walk", 7),
        ("signals", None), ("", None), (None, None), ("0", None), ("999999", None), ("60 furlongs", None),
    ],
)  # fmt: skip
def test_posted_limits(text: str | None, kmh: int | None) -> None:
    """30 mph is 30 x 1.609 = 48.27 km/h, taken as 48."""
    assert posted(text, CAR) == kmh


def test_speed_is_nine_tenths_of_the_limit_or_that_of_the_class() -> None:
    assert speeds({"highway": "secondary"}, CAR) == (55, 55)
    assert speeds({"highway": "secondary", "maxspeed": "80"}, CAR) == (72, 72)
    assert speeds({"highway": "secondary", "maxspeed": "80", "maxspeed:backward": "50"}, CAR) == (72, 45)
    assert speeds({"highway": "secondary", "maxspeed": "80", "surface": "gravel"}, CAR) == (30, 30)
    assert speeds({"highway": "secondary", "surface": " Gravel; asphalt"}, CAR) == (30, 30)


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "lift_gate", "access": "no", "emergency": "yes"}, False),
        ({"highway": "crossing"}, False),
    ],
)
def test_which_nodes_stop_a_car(tags: dict[str, str], answer: bool) -> None:
    assert blocked(tags, CAR) is answer


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("25", 25),
        ("00:25", 25),
        ("1:05", 65),
        ("1:05:00", 65),
        ("PT1H5M", 65),
        ("P1D", 1440),
        ("P" + "9" * 5000 + "D", None),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_a_ferry_takes(text: str, minutes: int | None) -> None:
    assert duration_ms(text) == (None if minutes is None else minutes * 60_000)


def test_a_profile_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(BadInput, match="limit_share"):
        Profile(limit_share=0)
    with pytest.raises(BadInput, match="residential"):
        Profile(speeds={"residential": 0})
