"""What a patrol car may drive and how fast: the settings by which OpenStreetMap becomes a network."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType

from tartip.engines.errors import expect
from tartip.engines.routing.graph.turncosts import TurnCosts
from tartip.engines.routing.places.coordinates import whole

CAR_SPEEDS = {
    "motorway": 110, "motorway_link": 60, "trunk": 90, "trunk_link": 50, "primary": 60, "primary_link": 45,
    "secondary": 55, "secondary_link": 40, "tertiary": 50, "tertiary_link": 35, "unclassified": 40,
    "residential": 35, "road": 30, "living_street": 15, "service": 15, "track": 10,
}  # fmt: skip
IMPLIED_LIMITS = {"motorway": 110, "trunk": 90, "rural": 90, "urban": 60, "living_street": 20, "walk": 7, "none": 110}
ROUGH_SURFACES = frozenset(
    {"unpaved", "gravel", "fine_gravel", "dirt", "earth", "ground", "grass", "mud", "sand", "compacted", "pebblestone"}
)
DENIED = frozenset({"no", "private", "agricultural", "forestry", "military", "use_sidepath", "restricted"})
BLOCKING = frozenset({"bollard", "block", "chain", "log", "debris", "cycle_barrier", "jersey_barrier", "kerb", "ditch"})

HOUR_MS = 3_600_000
NUMBERS = (
    ("limit_share", 1, 1_000), ("rough_kmh", 1, 300), ("ferry_kmh", 1, 300), ("signal_ms", 0, HOUR_MS),
    ("ferry_wait_s", 0, 86_400), ("smallest_island", 0, 1_000_000_000),
)  # fmt: skip
PATROL_TURNS = TurnCosts(left_ms=3_000, right_ms=1_000, u_turn_ms=12_000)


@dataclass(frozen=True, slots=True)
class Profile:
    """speeds: km/h by value of `highway`; classes not named are not driven.

    limit_share: percent of a posted limit that is driven. rough_kmh: most on an unpaved surface. implied_limits:
    km/h for limits given in words, by what follows the country ("KZ:urban"). access_keys: least to most specific,
    the last one present decides; denied: its values that close a road. blocking: barriers one cannot pass unless
    access says so. signal_ms: added for every traffic light. ferry_kmh and ferry_wait_s: where no duration is given,
    and added once a crossing. turns, and obey_restrictions: no-left-turn and the like. except_for: names in a
    restriction's `except` tag that mean us. smallest_island: connected parts with fewer nodes are left out, because a
    call snapped to a fenced car park would find nobody.
    """

    speeds: Mapping[str, int] = field(default_factory=lambda: MappingProxyType(CAR_SPEEDS))
    limit_share: int = 90
    rough_kmh: int = 30
    implied_limits: Mapping[str, int] = field(default_factory=lambda: MappingProxyType(IMPLIED_LIMITS))
    access_keys: tuple[str, ...] = ("access", "vehicle", "motor_vehicle", "motorcar", "emergency")
    denied: frozenset[str] = DENIED
    blocking: frozenset[str] = BLOCKING
    signal_ms: int = 2_000
    ferry_kmh: int = 12
    ferry_wait_s: int = 600
    turns: TurnCosts = PATROL_TURNS
    obey_restrictions: bool = True
    except_for: frozenset[str] = frozenset({"motorcar", "motor_vehicle", "emergency"})
    smallest_island: int = 50

    def __post_init__(self) -> None:
        for what, least, most in NUMBERS:
            whole(getattr(self, what), what, "Profile", least, most)
        for what, least in (("speeds", 1), ("implied_limits", 0)):
            expect(what, getattr(self, what), Mapping)
            for name, kmh in getattr(self, what).items():
                whole(kmh, what, str(name), least, 300)
        expect("access_keys", self.access_keys, tuple, list)  # of a text every letter would be a key
        for what in ("denied", "blocking", "except_for"):
            expect(what, getattr(self, what), Set)
        expect("turns", self.turns, TurnCosts)
        expect("obey_restrictions", self.obey_restrictions, bool)
