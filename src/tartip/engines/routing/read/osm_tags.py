"""Read the tags of one way or node: may it be driven, how fast, does it stop a car. Directions: osm_access.py."""

from __future__ import annotations

import re

from tartip.engines.routing.read.osm_access import Tags, has, open_sides, says, values
from tartip.engines.routing.read.profile import ROUGH_SURFACES, Profile

CROSSING = ("highway", "footway", "cycleway")
KERBS = ("kerb", "kerb:left", "kerb:right", "kerb:both")
LOW_KERBS = {"lowered", "flush", "rolled", "no"}


def allowed(tags: Tags, profile: Profile) -> bool:
    """Whether at least one direction is open."""
    return any(open_sides(tags, profile))


def drivable(tags: Tags, profile: Profile) -> bool:
    """A road of a known class, or a ferry that takes cars."""
    if says(tags, "area") == "yes" or not allowed(tags, profile):
        return False
    if says(tags, "route") == "ferry" and "highway" not in tags:
        named = [says(tags, key) for key in profile.access_keys[1:4]]
        return any(value and value not in profile.denied for value in named)
    return bool(road_class(tags, profile))


def road_class(tags: Tags, profile: Profile) -> str:
    """The class of a road; the slowest one of a list ("residential;tertiary") if all of them are driven, else ""."""
    classes = values(says(tags, "highway"))
    return min(classes, key=profile.speeds.__getitem__) if classes and profile.speeds.keys() >= set(classes) else ""


def speeds(tags: Tags, profile: Profile) -> tuple[int, int]:
    """km/h ahead and back: a posted limit times `limit_share`, else that of the class; a rough surface caps both."""
    usual = profile.speeds[road_class(tags, profile)]
    both = []
    for side in ("forward", "backward"):
        limit = posted(tags.get(f"maxspeed:{side}"), profile) or posted(tags.get("maxspeed"), profile)
        both.append(max(1, limit * profile.limit_share // 100) if limit else usual)
    if has(tags, "surface", *ROUGH_SURFACES):
        both = [min(kmh, profile.rough_kmh) for kmh in both]
    return both[0], both[1]


def posted(text: str | None, profile: Profile) -> int | None:
    """km/h of a maxspeed value: "60", "30 mph", "KZ:urban", "60;80" (the least); None if it says nothing usable."""
    if not text:
        return None
    found = []
    for word in text.split(";"):
        number = re.fullmatch(r"\s*(\d{1,3})(?:\.\d+)?\s*(mph|km/h|kmh|kph|knots)?\s*", word)
        if number:
            unit = {"mph": 1609, "knots": 1852}.get(number[2] or "", 1000)
            found.append(int(number[1]) * unit // 1000)
        else:
            found.append(profile.implied_limits.get(word.strip().rpartition(":")[2], 0))
    usable = [kmh for kmh in found if 0 < kmh <= 300]
    return min(usable) if usable else None


def blocked(tags: Tags, profile: Profile) -> bool:
    """A node that a car cannot pass. A gate or a lifting barrier is passed unless access denies it.

    Lowered kerbs are mapped for wheelchairs where a pavement crosses the carriageway: they stop no car, nor does a
    bollard that sinks.
    """
    kinds = values(says(tags, "barrier"))
    if not kinds:
        return False
    if any(says(tags, key) for key in profile.access_keys):
        return not allowed(tags, profile)
    return any(kind in profile.blocking and not passable(kind, tags) for kind in kinds)


def passable(kind: str, tags: Tags) -> bool:
    """A barrier that is none for a car: by its height, or because people walk over the road there."""
    if kind == "kerb":
        low = any(has(tags, key, *LOW_KERBS) for key in KERBS)
        return low or "crossing" in tags or any(has(tags, key, "crossing") for key in CROSSING)
    return kind == "bollard" and has(tags, "bollard", "rising")


def duration_ms(text: str | None) -> int | None:
    """A ferry's duration: "25", "00:25", "1:05:00" (minutes; hours and minutes; with seconds) or "PT1H25M"."""
    if not text:
        return None
    iso = re.fullmatch(r"P(?:(\d{1,4})D)?T?(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?", text.strip())
    if iso and any(iso.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
    else:
        clock = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,4})(?::(\d{2}))?", text.strip())
        if not clock:
            return None
        days, hours, minutes, seconds = 0, *(int(part or 0) for part in clock.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return total * 1000 or None
