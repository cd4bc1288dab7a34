"""Which days are working days: weekends, holidays, and the decrees that swap one for another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

ONE = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


class WorkCalendar:
    """A five-day working week with exceptions.

    `off(year)` gives the days of that year that are free although they fall on a weekday (holidays, their observed
    days, days off by decree); `work` holds the weekend days that a decree made working. Years are asked for once; `off`
    raises for a year whose days off are not known.
    """

    def __init__(
        self,
        off: Callable[[int], Iterable[date]] = lambda year: (),
        work: Iterable[date] = (),
        weekend: Iterable[int] = (SATURDAY, SUNDAY),
    ) -> None:
        self._off, self._work, self._weekend = off, frozenset(work), frozenset(weekend)
        if self._weekend >= set(range(7)):
            raise ValueError("a week without a working day")
        self._years: dict[int, frozenset[date]] = {}

    def is_working(self, day: date) -> bool:
        free = self._years.get(day.year)
        if free is None:
            # First, so that a year nobody knows is refused for its weekends too: a decree may have made one working.
            free = self._years[day.year] = frozenset(self._off(day.year))
        if day in self._work:
            return True
        return day.weekday() not in self._weekend and day not in free

    def on_or_after(self, day: date) -> date:
        """The day itself if it is working, else the first working day after it."""
        while not self.is_working(day):
            day += ONE
        return day

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; the day itself for 0."""
        while count:
            day += ONE
            count -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; 0 where last is not after first."""
        count = 0
        while first < last:
            first += ONE
            count += self.is_working(first)
        return count
