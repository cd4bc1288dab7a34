"""May a car drive this way, in which direction, at all hours: the access and one-way tags of OpenStreetMap.

Rules with a condition ("no @ (Mo-Fr 07:00-09:00)", keys that end in :conditional) are never obeyed all day: the rule
without a condition decides, and the reader notes that there was one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tartip.engines.routing.read.profile import Profile

Tags = Mapping[str, str]
BOTH, AHEAD, BACK, NEITHER = "both", "ahead", "back", "neither"
SIDES = ("forward", "backward")

# Values of `oneway` as mapped; lanes that change direction by the hour or by a light are not trusted.
ONEWAY = {
    "yes": AHEAD, "true": AHEAD, "1": AHEAD, "-1": BACK, "reverse": BACK, "no": BOTH, "false": BOTH, "0": BOTH,
    "reversible": NEITHER, "alternating": NEITHER,
}  # fmt: skip

# Roads that are there for a part of the year, or no longer: key, and the values under which it is a road like others.
NOT_ALWAYS = {
    "ice_road": {"no"}, "winter_road": {"no"}, "seasonal": {"no"}, "tidal": {"no"}, "impassable": {"no"},
    "abandoned": {"no"}, "disused": {"no"},
}  # fmt: skip
FROZEN = {"ice", "snow"}  # surfaces: the road is gone when they melt


def values(text: str) -> list[str]:
    """A list of the field, "psv; emergency" or "psv,emergency": lower case, trimmed, without empty items."""
    return [item for item in (part.strip().lower() for part in re.split("[;,]", text)) if item]


def has_condition(text: str) -> bool:
    return "@" in text


def says(tags: Tags, key: str) -> str:
    """The value of a key, trimmed and in lower case; "" if the key is missing or its value holds only sometimes."""
    value = tags.get(key, "").strip().lower()
    return "" if has_condition(value) else value


def has(tags: Tags, key: str, *named: str) -> bool:
    """Whether one of the values is there, also in a list ("traffic_signals;crossing")."""
    return not set(named).isdisjoint(values(says(tags, key)))


def open_sides(tags: Tags, profile: Profile) -> tuple[bool, bool]:
    """(ahead, back): the most specific access tag decides; `motor_vehicle:backward` is more so than `motor_vehicle`,
    less than `motorcar`. `emergency=yes` opens what is closed to others."""
    verdict = [True, True]
    for key in profile.access_keys:
        for side in (None, *SIDES):
            named = values(says(tags, key if side is None else f"{key}:{side}"))
            if named:
                free = not all(value in profile.denied for value in named)
                for i in (0, 1):
                    if side is None or SIDES[i] == side:
                        verdict[i] = free
    return verdict[0], verdict[1]


def one_way(tags: Tags, profile: Profile) -> str:
    """BOTH, AHEAD, BACK or NEITHER by the one-way tags alone. `oneway:motor_vehicle` beats `oneway`, in the order of
    the profile. Only motorways and roundabouts imply a direction; links of motorways do not."""
    implied = has(tags, "junction", "roundabout", "circular") or has(tags, "highway", "motorway")
    found = AHEAD if implied else BOTH
    for key in one_way_keys(profile):
        found = ONEWAY.get(agreed(tags, key), found)
    return found


def one_way_keys(profile: Profile) -> list[str]:
    """Keys that say in which direction one drives; the last one present decides."""
    return ["oneway", *(f"oneway:{kind}" for kind in profile.access_keys[1:])]


def agreed(tags: Tags, key: str) -> str:
    """The one value of a list whose items mean the same direction ("yes; 1"); else what the map says, as it is."""
    items = values(says(tags, key))
    return items[0] if len({ONEWAY.get(item, item) for item in items}) == 1 else says(tags, key)


def unclear(tags: Tags, profile: Profile) -> bool:
    """Whether a one-way tag says what nobody understands, and is driven as if it were not there."""
    named = [agreed(tags, key) for key in one_way_keys(profile)]
    return any(value and value not in ONEWAY for value in named)


def directions(tags: Tags, profile: Profile) -> str:
    """BOTH, AHEAD, BACK or NEITHER: what one-way and access tags leave."""
    ahead, back = open_sides(tags, profile)
    way = one_way(tags, profile)
    ahead, back = ahead and way in (BOTH, AHEAD), back and way in (BOTH, BACK)
    return BOTH if ahead and back else AHEAD if ahead else BACK if back else NEITHER


def conditional(tags: Tags, profile: Profile) -> bool:
    """Whether a rule about access or direction holds only at some hours; a road with opening hours has one."""
    if "opening_hours" in tags:
        return True
    keys = [*profile.access_keys, *one_way_keys(profile)]
    return any(timed(tags, key) for key in with_sides(keys))


def timed(tags: Tags, key: str) -> bool:
    return f"{key}:conditional" in tags or has_condition(tags.get(key, ""))


def with_sides(keys: Iterable[str]) -> list[str]:
    return [name for key in keys for name in (key, *(f"{key}:{side}" for side in SIDES))]


def not_always(tags: Tags) -> bool:
    """A road over ice, of one season, of low tide, or out of use."""
    if says(tags, "smoothness") == "impassable" or has(tags, "surface", *FROZEN):
        return True
    return any(says(tags, key) not in {"", *fine} for key, fine in NOT_ALWAYS.items())
