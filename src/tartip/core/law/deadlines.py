"""Deadlines by key and day, as rules for `core.terms.arithmetic`."""

from __future__ import annotations

from datetime import date
from functools import cache

from tartip.core.law.edition import Edition, Timeline, edition_of
from tartip.core.law.tables import LANGUAGES, STATUSES, Row, by_key, read
from tartip.core.terms.errors import BadRule
from tartip.core.terms.rules import Bound, CountedFrom, DayOne, DeadlineRule, Deemed, Extension, Sense, Unit

COLUMNS = (
    "key valid_from valid_to ground unit amount day_one roll_forward sense bound deemed extend_amount extend_unit "
    "extend_from basis kk ru en status counting source note"
)


@cache
def bases() -> dict[str, dict[str, str]]:
    """The moments a term may start from, with their words."""
    rows = by_key(read("bases", "basis kk ru en"), "basis")
    return {basis: {x: row.text(x) for x in LANGUAGES} for basis, row in rows.items()}


@cache
def deadlines() -> Timeline[DeadlineRule]:
    return Timeline((rule.key, rule) for rule in map(_rule, read("deadlines", COLUMNS)))


def _rule(row: Row) -> DeadlineRule:
    shared = edition_of(row)
    try:
        return DeadlineRule(
            key=shared.key,
            ground=row.text("ground"),
            unit=row.enum("unit", Unit),
            amount=row.number("amount"),
            day_one=row.enum("day_one", DayOne),
            roll_forward=row.yes("roll_forward"),
            sense=row.enum("sense", Sense),
            bound=row.enum("bound", Bound),
            deemed=row.enum("deemed", Deemed),
            extendable_to=_extension(row),
            basis=row.one_of("basis", bases()),
            valid_from=shared.valid_from,
            valid_to=shared.valid_to,
            kk=shared.kk,
            ru=shared.ru,
            en=shared.en,
            status=shared.status,
            counting=row.one_of("counting", STATUSES),
            source=shared.source,
            note=shared.note,
        )
    except BadRule as wrong:
        raise row.wrong("unit", str(wrong)) from wrong


def _extension(row: Row) -> Extension | None:
    if not row.maybe("extend_amount"):
        return None
    return Extension(row.number("extend_amount"), row.enum("extend_unit", Unit), row.enum("extend_from", CountedFrom))


@cache
def _deadline(key: str, on: date) -> DeadlineRule:
    return deadlines().at(key, on)


def deadline(key: str, on: date, *, priority: int | None = None) -> DeadlineRule:
    """The edition of a deadline in force on the day its clock starts; `priority` picks `key-1` … `key-4`.

    Raises MissingEdition.
    """
    return _deadline(key if priority is None else f"{key}-{priority}", on)


def as_edition(rule: DeadlineRule) -> Edition:
    return Edition(
        table="deadlines",
        key=rule.key,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        kk=rule.kk,
        ru=rule.ru,
        en=rule.en,
        status=rule.status,
        source=rule.source,
        note=rule.note,
    )
