"""Which edition of its rule a running clock follows, also after a row of the table was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tartip.core import law
from tartip.core.clocks.models import Clock
from tartip.core.terms.rules import DeadlineRule
from tartip.core.territory import tree


@dataclass(frozen=True, slots=True)
class Followed:
    """`exact`: the very row the clock was started by; else the one that took its place, which the screen marks."""

    rule: DeadlineRule
    exact: bool


def rule_of(clock: Clock) -> Followed:
    """The clock's edition; where the table no longer has it, the one in force when the term began, else the nearest.

    A clock keeps the first day of its edition. A lawyer who corrects that day in the table must not stop the clock.
    Raises MissingEdition where the table has no row of that key at all.
    """
    zone = tree.zone(clock.territory_id)
    return _followed(clock.rule, clock.edition, clock.started_at.astimezone(zone).date())


@lru_cache(maxsize=4096)
def _followed(key: str, edition: date, began: date) -> Followed:
    rows = law.deadlines().rows.get(key, [])
    for row in rows:
        if row.valid_from == edition:
            return Followed(row, exact=True)
    in_force = law.deadlines().find(key, began)
    if in_force is None and rows:
        in_force = min(rows, key=lambda row: abs(row.valid_from - edition))
    if in_force is None:
        raise law.MissingEdition(key, began, law.deadlines().hint(key))
    return Followed(in_force, exact=False)
