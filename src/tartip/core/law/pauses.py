"""What makes a term wait: a limitation, while the case is with the court (КоАП ст. 62)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tartip.core.law.deadlines import deadlines
from tartip.core.law.edition import Dated, edition_of
from tartip.core.law.tables import Row, read

COLUMNS = "key valid_from valid_to ground rule cause longest kk ru en status source note"
CAUSES = ("court",)
OWN_TERM = "own_term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Dated):
    """The deadline `rule`, and those whose keys begin with it, stand still while `cause` lasts.

    `longest` is `own_term` where it waits no longer than the one it waits for has time itself; empty: while it lasts.
    """

    rule: str
    cause: str
    longest: str
    ground: str


@cache
def pauses() -> tuple[Pause, ...]:
    return tuple(map(_pause, read("pauses", COLUMNS)))


def _pause(row: Row) -> Pause:
    if row.text("rule") not in deadlines():
        raise row.wrong("rule", "is no rule of deadlines.csv")
    if row.maybe("longest") not in ("", OWN_TERM):
        raise row.wrong("longest", f"must be {OWN_TERM} or empty")
    return Pause(
        rule=row.text("rule"),
        cause=row.one_of("cause", CAUSES),
        longest=row.maybe("longest"),
        ground=row.text("ground"),
        edition=edition_of(row),
    )


def pause(rule: str, cause: str, on: date) -> Pause | None:
    """The row by which the deadline waits while this lasts, None where it runs on. `on` is the day of the offence."""
    for found in pauses():
        named = rule == found.rule or rule.startswith(found.rule + "-")
        in_force = found.valid_from <= on and (found.valid_to is None or on <= found.valid_to)
        if named and found.cause == cause and in_force:
            return found
    return None
