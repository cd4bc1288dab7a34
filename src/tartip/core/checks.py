"""Checks of what an act is told: times in order, texts that can be stored and are not too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from tartip.core.inputs import YEARS, is_in_range, is_storable
from tartip.core.time import now, utc
from tartip.errors import TartipError

# Clocks of two machines are never quite the same.
CLOCK_TOLERANCE = timedelta(minutes=2)
MAX_NOTE = 4000


class BadTime(TartipError):
    code = "time.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


class TooLong(TartipError):
    code = "text.too_long"
    text = "%(field)s: at most %(most)s characters, not %(length)s."
    http_status = 422


class BadText(TartipError):
    code = "text.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


class EmptyText(TartipError):
    code = "text.empty"
    text = "%(field)s: %(rule)s."
    http_status = 422


def not_before(moment: datetime, earlier: datetime | None) -> datetime:
    """The moment, or the earlier step's where it lies before that by no more than two clocks differ."""
    if earlier is None or earlier.tzinfo is None or moment.tzinfo is None:
        return moment
    moment, earlier = utc(moment), utc(earlier)
    if earlier - CLOCK_TOLERANCE <= moment < earlier:
        return earlier
    return moment


def check_times(**times: datetime | None) -> None:
    """Each is aware, none is in the future, and each is not before the one named ahead of it."""
    latest = now() + CLOCK_TOLERANCE
    previous: tuple[str, datetime] | None = None
    for field, value in times.items():
        if value is None:
            continue
        if value.tzinfo is None:
            raise BadTime(field=field, rule="must carry a time zone")
        if not is_in_range(value):
            raise BadTime(field=field, rule="must lie in the years %(years)s", years=YEARS)
        value = utc(value)
        if value > latest:
            raise BadTime(field=field, rule="lies in the future")
        if previous and value < previous[1]:
            raise BadTime(field=field, rule="is before %(earlier)s", earlier=previous[0])
        previous = (field, value)


def check_length(field: str, value: str, most: int = MAX_NOTE) -> None:
    """A text of a record: not too long, and of characters that can be stored, whoever let it in."""
    if not is_storable(value):
        raise BadText(field=field, rule="contains a character that cannot be stored")
    if len(value) > most:
        raise TooLong(field=field, most=most, length=len(value))
