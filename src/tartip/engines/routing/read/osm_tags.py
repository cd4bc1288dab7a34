"""Read the tags of one way or node: may it be driven, which way, how fast."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tartip.engines.routing.read.profile import ROUGH_SURFACES, Profile

Tags = Mapping[str, str]
BOTH, AHEAD, BACK, NEITHER = "both", "ahead", "back", "neither"


def allowed(tags: Tags, profile: Profile) -> bool:
    """The most specific access tag decides; `emergency=yes` opens what is closed to others."""
    verdict = True
    for key in profile.access_keys:
        if key in tags:
            verdict = not all(value.strip() in profile.denied for value in tags[key].split(";"))
    return verdict


def drivable(tags: Tags, profile: Profile) -> bool:
    """A road of a known class, or a ferry that takes cars."""
    if tags.get("area") == "yes" or not allowed(tags, profile):
        return False
    if tags.get("route") == "ferry" and "highway" not in tags:
        return any(key in tags and tags[key] not in profile.denied for key in profile.access_keys[1:4])
    return tags.get("highway") in profile.speeds


def directions(tags: Tags) -> str:
    """BOTH, AHEAD, BACK or NEITHER (lanes that change direction by the hour are not trusted)."""
    oneway = tags.get("oneway", "")
    if oneway in ("yes", "true", "1"):
        return AHEAD
    if oneway in ("-1", "reverse"):
        return BACK
    if oneway in ("reversible", "alternating"):
        return NEITHER
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") in ("motorway", "motorway_link")
    return AHEAD if implied and oneway not in ("no", "false", "0") else BOTH


def speeds(tags: Tags, profile: Profile) -> tuple[int, int]:
    """km/h ahead and back: a posted limit times `limit_share`, else that of the class; a rough surface caps both."""
    usual = profile.speeds[tags["highway"]]
    both = []
    for side in ("forward", "backward"):
        limit = posted(tags.get(f"maxspeed:{side}"), profile) or posted(tags.get("maxspeed"), profile)
        both.append(max(1, limit * profile.limit_share // 100) if limit else usual)
    if tags.get("surface") in ROUGH_SURFACES:
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
    """A node that a car cannot pass. A gate or a lifting barrier is passed unless access denies it."""
    if "barrier" not in tags:
        return False
    if any(key in tags for key in profile.access_keys):
        return not allowed(tags, profile)
    return tags["barrier"] in profile.blocking


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
