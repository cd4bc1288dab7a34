"""Rules, zones and calendars for the tests."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tartip.core.terms.calendar import WorkCalendar
from tartip.core.terms.rules import DayOne, DeadlineRule, Extension, Unit

ALMATY = ZoneInfo("Asia/Almaty")
# A made-up calendar: Wednesday 2026-06-10 is a holiday, Saturday 2026-06-13 is worked for it.
JUNE = WorkCalendar(lambda year: [date(2026, 6, 10)], work=[date(2026, 6, 13)])
PLAIN = WorkCalendar()


def rule(
    unit: Unit,
    amount: int,
    day_one: DayOne = DayOne.NEXT_DAY,
    *,
    roll: bool = False,
    ext: Extension | None = None,
    **more: object,
) -> DeadlineRule:
    if unit in (Unit.SECONDS, Unit.HOURS):
        day_one = DayOne.MOMENT
    return DeadlineRule(
        key="test", unit=unit, amount=amount, day_one=day_one, basis="received_at", roll_forward=roll,
        extendable_to=ext, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def local(text: str, zone: ZoneInfo = ALMATY) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def last_moment(day: str, zone: ZoneInfo = ALMATY) -> datetime:
    return local(f"{day} 23:59:59.999999", zone)
