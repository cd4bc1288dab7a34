"""Limits that hold whatever the part says: the highest fine of each subject, what may be used on minors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tartip.core.law.edition import Dated, Timeline, edition_of
from tartip.core.law.sanctions import Kind
from tartip.core.law.tables import Row, read

COLUMNS = "key valid_from valid_to subject kind high unit kk ru en status source note"
# Into the units of sanctions: fines in tenths of МРП, deprivation in months where the part counts months.
COMPANIES = ("small", "medium", "large")
FACTOR = {("mci", "mci_tenths"): 10, ("years", "months"): 12, ("years", "years"): 1, ("days", "days"): 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Dated):
    """At most `high` of `unit` for a subject ("company": every business, "any": everybody); 0: never used on it."""

    subject: str
    kind: Kind
    high: int
    unit: str


@cache
def caps() -> Timeline[Cap]:
    return Timeline((f"{found.subject} {found.kind}", found) for found in map(_cap, read("caps", COLUMNS)))


def _cap(row: Row) -> Cap:
    return Cap(
        subject=row.text("subject"),
        kind=row.enum("kind", Kind),
        high=row.number("high"),
        unit=row.maybe("unit"),
        edition=edition_of(row),
    )


def cap(subject: str, kind: Kind, unit: str, on: date) -> int | None:
    """The limit in the unit of a sanction, or None where there is no limit for that subject."""
    found = _find(subject, kind, on)
    if found is None:
        return None
    factor = FACTOR.get((found.unit, unit))
    return None if factor is None else found.high * factor


def is_barred(subject: str, kind: Kind, on: date) -> bool:
    """Whether this kind of penalty is not used on the subject at all: an arrest on a minor, on a company."""
    found = _find(subject, kind, on)
    return found is not None and found.high == 0


def _find(subject: str, kind: Kind, on: date) -> Cap | None:
    wanted = (subject, "company", "any") if subject in COMPANIES else (subject, "any")
    return next((found for name in wanted if (found := caps().find(f"{name} {kind}", on))), None)
