"""Times as people read them: stored in UTC, shown in the zone of the territory they belong to."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

MINUS = "\u2212"


def zone_of(place: Any = None) -> tzinfo:
    """The zone of a territory (its `timezone`), of a zone name, or the one of this page when nothing is known."""
    name = place if isinstance(place, str) else getattr(place, "timezone", None)
    return ZoneInfo(name) if name else timezone.get_current_timezone()


def local(value: datetime, place: Any = None) -> datetime:
    """Raises ValueError for a time without a zone: it would be shown five hours wrong."""
    if timezone.is_naive(value):
        raise ValueError(f"a time without a zone cannot be shown: {value.isoformat()}")
    return value.astimezone(zone_of(place))


def day(value: date | datetime, place: Any = None) -> str:
    return date_format(local(value, place) if isinstance(value, datetime) else value, "DATE_FORMAT")


def when(value: datetime, place: Any = None) -> str:
    return date_format(local(value, place), "DATETIME_FORMAT")


def when_short(value: datetime, place: Any = None) -> str:
    return date_format(local(value, place), "SHORT_DATETIME_FORMAT")


def clock_time(value: datetime, place: Any = None) -> str:
    """Hours, minutes and seconds, for logs and the feed."""
    return date_format(local(value, place), "H:i:s")


def digits(value: int | timedelta) -> str:
    """Seconds as the clock component shows them: 03:12, 1:02:30, −00:46. The same rule is in ui.js."""
    seconds = int(value.total_seconds()) if isinstance(value, timedelta) else int(value)
    hours, rest = divmod(abs(seconds), 3600)
    text = f"{rest // 60:02}:{rest % 60:02}"
    return f"{MINUS if seconds < 0 else ''}{hours}:{text}" if hours else f"{MINUS if seconds < 0 else ''}{text}"


def duration(value: int | timedelta) -> str:
    """How long, in the largest unit that fills one: 12 hours, 59 minutes, 3 days. The words beside say the sign."""
    minutes = abs(int(value.total_seconds() if isinstance(value, timedelta) else value)) // 60
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if minutes < 1440:
        return ngettext("%(count)s hour", "%(count)s hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)s day", "%(count)s days", minutes // 1440) % {"count": minutes // 1440}
