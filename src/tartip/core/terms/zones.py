"""Days in a territory's zone. Kazakhstan has had one zone since 2024-03-01; the past keeps its own offsets."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tartip.core.terms.errors import NaiveMoment, OldTimeZones, UnknownZone

TICK = timedelta(microseconds=1)


@cache
def zone_named(name: str) -> ZoneInfo:
    """The zone of that name, from data that knows the change of 2024.

    Raises UnknownZone, and OldTimeZones where the machine's data would put Almaty an hour wrong.
    """
    for known in ("Asia/Almaty", name):
        try:
            zone = ZoneInfo(known)
        except (ZoneInfoNotFoundError, ValueError) as wrong:
            raise UnknownZone(known) from wrong
        offset = datetime(2024, 3, 2, tzinfo=zone).utcoffset()
        if known == "Asia/Almaty" and offset != timedelta(hours=5):
            raise OldTimeZones(known, f"{offset}")
    return zone


def aware(moment: datetime, field: str) -> datetime:
    """The moment in UTC, if it knows its zone; else NaiveMoment.

    In UTC, because two moments of one zone object are compared and subtracted by the wall clock.
    """
    if moment.tzinfo is None:
        raise NaiveMoment(field)
    return moment.astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def day_after(end: datetime, zone: ZoneInfo) -> date:
    """The day on which what follows a term begins, whose last moment this is: a term ends with its last day."""
    return day_of(end + TICK, zone)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the day, UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of the day, UTC; right too on 2024-02-29, which lasted 25 hours in Almaty."""
    return start_of_day(day + timedelta(days=1), zone) - TICK
