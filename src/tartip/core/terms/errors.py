"""What can go wrong while a term is counted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from tartip.errors import TartipError


class ClockError(TartipError):
    code: ClassVar[str] = "clock.error"
    http_status: ClassVar[int] = 422


class BadRule(ClockError):
    """A rule whose parts contradict each other; the row of the law table must be mended."""

    code = "clock.bad_rule"
    text = "The deadline %(key)s is not well formed: %(rule)s."
    http_status = 500

    def __init__(self, key: str, rule: str) -> None:
        super().__init__(key=key, rule=rule)


class NaiveMoment(ClockError):
    """A moment without a time zone: nobody can say which day it belongs to."""

    code = "clock.naive_moment"
    text = "%(field)s has no time zone."

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class MissingMoment(ClockError):
    """The record does not hold the moment a term runs from: the act must ask for it first."""

    code = "clock.missing_moment"
    text = "%(key)s cannot run: %(field)s is not known."

    def __init__(self, key: str, field: str) -> None:
        super().__init__(key=key, field=field)


class NotMeasurable(ClockError):
    """The law says "at once": shown beside the act, never run as a clock."""

    code = "clock.not_measurable"
    text = "%(key)s must be done at once; it has no term that could be counted."

    def __init__(self, key: str) -> None:
        super().__init__(key=key)


class WrongSense(ClockError):
    """A waiting time was asked for its latest moment, or a deadline for its earliest."""

    code = "clock.wrong_sense"
    text = "%(key)s is of the kind «%(sense)s»; this question does not fit it."

    def __init__(self, key: str, sense: str) -> None:
        super().__init__(key=key, sense=sense)


class NotExtendable(ClockError):
    code = "clock.not_extendable"
    text = "The law allows no extension of %(key)s."

    def __init__(self, key: str) -> None:
        super().__init__(key=key)


class ExtensionTooLong(ClockError):
    code = "clock.extension_too_long"
    text = "%(key)s may be extended by 1 to %(most)s %(unit)s, not by %(given)s."

    def __init__(self, key: str, *, given: int, most: int, unit: str) -> None:
        super().__init__(key=key, given=given, most=most, unit=unit)


class ExtensionTooLate(ClockError):
    """A term that has ended cannot be extended."""

    code = "clock.extension_too_late"
    text = "%(key)s ended on %(due)s; a decision of %(decided)s cannot extend it."

    def __init__(self, key: str, *, due: datetime, decided: datetime) -> None:
        super().__init__(key=key, due=due, decided=decided)


class BadPause(ClockError):
    code = "clock.bad_pause"
    text = "A pause of %(key)s is impossible: %(rule)s."

    def __init__(self, key: str, rule: str) -> None:
        super().__init__(key=key, rule=rule)


class OldTimeZones(ClockError):
    """The machine still believes in two time zones: every deadline of Almaty would be an hour wrong."""

    code = "clock.old_time_zones"
    text = (
        "Time zone data is older than 2024a (%(zone)s is at +%(offset)s on 2024-03-02): "
        "update tzdata, or start with an empty PYTHONTZPATH."
    )
    http_status = 500

    def __init__(self, zone: str, offset: str) -> None:
        super().__init__(zone=zone, offset=offset)


class UnknownZone(ClockError):
    code = "clock.unknown_zone"
    text = "There is no time zone called %(zone)s."

    def __init__(self, zone: str) -> None:
        super().__init__(zone=zone)
