"""Civil days: what people call today differs between zones, so a day is always asked for a territory."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from tartip.core.territory import tree


def civil_day(territory: str, at: datetime) -> date:
    """The date on the wall of the territory at a moment."""
    return at.astimezone(tree.zone(territory)).date()


def start_of_day(territory: str, at: datetime) -> datetime:
    """The moment (UTC) at which the territory's civil day of `at` began; where midnight is skipped, its first one."""
    zone = tree.zone(territory)
    midnight = datetime.combine(at.astimezone(zone).date(), time(), zone)
    # A midnight that never was (clocks put forward at it) reads as the hour before: the day begins at the change.
    begun = midnight.astimezone(UTC)
    while begun.astimezone(zone).date() < midnight.date():
        begun += timedelta(minutes=15)
    return begun
