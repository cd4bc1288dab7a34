"""Which penalty a part carries on a day, for whom, the first time or again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from tartip.core.law.articles import articles
from tartip.core.law.caps import COMPANIES, cap, is_barred
from tartip.core.law.edition import Dated, Timeline, edition_of, near, weakest
from tartip.core.law.errors import MissingEdition, NoPenaltyFor, NoRepeatRule
from tartip.core.law.sanctions import Kind, Option, Penalty, Sanction
from tartip.core.law.tables import Row, read

COLUMNS = "key valid_from valid_to subject variant_of option kind low high unit status source note"
SUBJECTS = ("person", "minor", "parent", "official", "small", "medium", "large")
# "any": the part names no subject. Parents answer only where it says so; minors as persons, within their limits.
ANYBODY = ("person", "official", *COMPANIES)
WHEN = ("repeat", "no_arrest", "repeat+no_arrest", "repeat_or")
# What punishes a repetition; `repeat_or` punishes something else as well («повторно либо …»).
AGAIN = ("repeat", "repeat+no_arrest", "repeat_or")
SPARED = ("no_arrest", "repeat+no_arrest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Dated):
    """The rows of one part for one subject in one span; `takes_over` holds (part, when), as `variant_of` does."""

    subject: str
    options: tuple[Option, ...]
    takes_over: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """Entries by (part, subject), and the parts that take over: (part, when) → parts."""

    entries: Timeline[Entry]
    variants: dict[tuple[str, str], tuple[str, ...]]
    keys: frozenset[str]


@cache
def book() -> Book:
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    variants: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in read("penalties", COLUMNS):
        subject = row.one_of("subject", ("any", *SUBJECTS))
        groups[row.text("key"), subject, row.text("valid_from")].append(row)
        for base, when in _tokens(row):
            found = variants[base, "repeat" if when == "repeat_or" else when]
            if row.text("key") not in found:
                found.append(row.text("key"))
    entries = [(f"{key} {subject}", _entry(subject, rows)) for (key, subject, _), rows in groups.items()]
    return Book(Timeline(entries), {k: tuple(v) for k, v in variants.items()}, frozenset(key for key, *_ in groups))


def _entry(subject: str, rows: list[Row]) -> Entry:
    options: dict[int, list[Sanction]] = defaultdict(list)
    for row in rows:
        options[row.number("option")].append(_sanction(row))
    first = rows[0]
    article = articles().find(first.text("key"), first.day("valid_from"))
    if article is None:
        raise first.wrong("key", "has no row in articles.csv for that day")
    edition = edition_of(first, names={"kk": article.kk, "ru": article.ru, "en": article.en})
    edition = replace(edition, status=weakest(s.status for option in options.values() for s in option))
    whole = tuple(Option(options[number]) for number in sorted(options))
    if len({option.code for option in whole}) < len(whole):
        raise first.wrong("option", "two options of one part have the same kinds of penalty: they cannot be told apart")
    taken = tuple(dict.fromkeys(token for row in rows for token in _tokens(row)))
    return Entry(subject=subject, options=whole, takes_over=taken, edition=edition)


def _tokens(row: Row) -> list[tuple[str, str]]:
    """What the row takes over from, and when."""
    found = []
    for token in row.maybe("variant_of").split():
        base, _, when = token.partition(":")
        if when not in WHEN:
            raise row.wrong("variant_of", f"{token!r} is not key:when with when one of {', '.join(WHEN)}")
        found.append((base, when))
    return found


def _sanction(row: Row) -> Sanction:
    kind, unit = row.enum("kind", Kind), row.maybe("unit")
    allowed = {
        Kind.FINE: ("mci",),
        Kind.ARREST: ("days",),
        Kind.DEPRIVATION: ("months", "years"),
        Kind.COMMUNITY_WORK: ("hours",),
    }.get(kind, ("",))
    if unit not in allowed:
        raise row.wrong("unit", f"{kind} is measured in {' or '.join(allowed) or 'nothing'}")
    low, high = (_amount(row, column) if row.maybe(column) else None for column in ("low", "high"))
    if kind is Kind.FINE and (low is None or low != high):
        raise row.wrong("low", "a fine of the Code is one amount: low and high are equal")
    if unit and high is None:
        raise row.wrong("high", "is empty")
    edition = edition_of(row, names={"kk": "-", "ru": "-", "en": "-"})
    return Sanction(kind, low, high, "mci_tenths" if unit == "mci" else unit, edition.status, edition.source)


def _amount(row: Row, column: str) -> int:
    """Fines in tenths of МРП («2.5» is 25), everything else in whole units."""
    if row.maybe("unit") != "mci":
        return row.number(column)
    whole, _, tenth = row.text(column).partition(".")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]?)?", row.text(column)):
        raise row.wrong(column, "is not a number of МРП with at most one decimal")
    return int(whole) * 10 + int(tenth or 0)


def penalty(
    key: str, on: date, subject: str = "person", *, repeat: bool = False, arrest_allowed: bool = True
) -> Penalty:
    """The penalty for `key` (koap-592-3.1) committed on `on`; the law of that day applies (КоАП ст. 4).

    subject: person, minor, parent, official, small (also non-profit), medium, large. With `repeat` the part that
    punishes the repetition within a year is found (592-2 → 592-4). `arrest_allowed=False` is for those whom ст. 50 ч. 2
    spares: the part made for them is found, or the alternatives without arrest are left.
    Raises MissingEdition, NoRepeatRule, NoPenaltyFor.
    """
    if subject not in SUBJECTS:
        raise NoPenaltyFor(key, on, subject, ", ".join(SUBJECTS))
    part, entry = _lookup(key, on, subject)
    if repeat:
        heavier = _variant(key, "repeat", on, subject)
        if heavier is None:
            raise NoRepeatRule(key, on)
        part, entry = heavier
    arrest_allowed = arrest_allowed and not is_barred(subject, Kind.ARREST, on)
    if not arrest_allowed and _arrests(entry.options):
        spared = _variant(key, "repeat+no_arrest" if repeat else "no_arrest", on, subject)
        part, entry = spared or (part, entry)
    options = _left(entry, on, subject, arrest_allowed=arrest_allowed)
    if not options:
        others = [known for known in subjects_of(part, on) if known != subject]
        raise NoPenaltyFor(part, on, subject, ", ".join(others) or "arrest, which may not be used here")
    return Penalty(part, key, subject, repeat, on, options, entry.edition)


def _left(entry: Entry, on: date, subject: str, *, arrest_allowed: bool = True) -> tuple[Option, ...]:
    """The ways to punish that may be used on the subject, within its limits."""
    if subject in COMPANIES and any(when in SPARED for _, when in entry.takes_over):
        return ()  # made for persons whom the law spares the arrest
    allowed = [
        option
        for option in entry.options
        if not any(is_barred(subject, sanction.kind, on) for sanction in option)
        and (arrest_allowed or not _arrests([option]))
    ]
    if subject == "minor":
        allowed = [Option(_within_minor_limits(sanction, on) for sanction in option) for option in allowed]
    return tuple(allowed)


def subjects_of(key: str, on: date) -> list[str]:
    """Whom a part punishes on a day; parents only where it names them, nobody by what may not be used on him."""
    return [subject for subject in SUBJECTS if _punishes(key, on, subject)]


def _punishes(key: str, on: date, subject: str) -> bool:
    found = [_find(key, on, subject), _variant(key, "no_arrest", on, subject)]
    return found[0] is not None and any(_left(at[1], on, subject) for at in found if at is not None)


def chargeable(key: str, on: date) -> list[str]:
    """Whom a protocol on the part may name: whom it punishes on the day; where that row is missing, whom any of
    its rows punishes (a gap in the tables, a task for the lawyer). Nobody, where it is no part that punishes.
    """
    rows = [group for name, group in book().entries.rows.items() if name.split()[0] == key]
    days = {entry.valid_from for group in rows for entry in group}
    return subjects_of(key, on) or [who for who in SUBJECTS if any(_punishes(key, day, who) for day in days)]


def is_repetition(key: str, on: date, subject: str = "person") -> bool:
    """Whether the part punishes a repetition and nothing else (437-2), whoever names it and however.

    The part for those who may not be arrested is one where it takes over from repetitions alone (434-3, not 461-2).
    """
    found = _find(key, on, subject)
    taken = found[1].takes_over if found else ()
    if not any(when in AGAIN for _, when in taken):
        return False
    return all(when in ("repeat", "repeat+no_arrest") or is_repetition(base, on, subject) for base, when in taken)


def repeated_by(key: str, on: date, subject: str = "person") -> frozenset[str]:
    """The parts an earlier decision may be on where this part punishes the repetition: 592-4 → 592-2, 592-3, 592-4.

    Empty for a part that punishes none.
    """
    found = _find(key, on, subject)
    first = {base for base, when in (found[1].takes_over if found else ()) if when in AGAIN}
    return frozenset(first | {part for base in first for when in WHEN for part in _parts(base, when)})


def is_one_offence(one: str, other: str) -> bool:
    """Whether two parts punish one and the same offence: the first time, again, or one who may not be arrested."""
    return bool(_bases(one) & _bases(other))


def _parts(base: str, when: str) -> tuple[str, ...]:
    return book().variants.get((base, when), ())


def _bases(key: str) -> set[str]:
    """The part, and every part it takes over from on any day."""
    taken = {base for (base, _), parts in book().variants.items() if key in parts}
    return {key} | taken


def _find(key: str, on: date, subject: str) -> tuple[str, Entry] | None:
    wanted = "person" if subject == "minor" else subject
    for name in (wanted, "any") if wanted in ANYBODY else (wanted,):
        entry = book().entries.find(f"{key} {name}", on)
        if entry is not None:
            return key, entry
    return None


def _lookup(key: str, on: date, subject: str) -> tuple[str, Entry]:
    found = _find(key, on, subject)
    if found is not None:
        return found
    known = subjects_of(key, on)
    if known:
        raise NoPenaltyFor(key, on, subject, ", ".join(known))
    raise MissingEdition(key, on, _hint(key))


def _variant(key: str, when: str, on: date, subject: str) -> tuple[str, Entry] | None:
    for part in book().variants.get((key, when), ()):
        found = _find(part, on, subject)
        if found is not None:
            return found
    return None


def _hint(key: str) -> str:
    if key not in book().keys:
        return near(key, book().keys)
    rows = [entry for name, group in book().entries.rows.items() if name.split()[0] == key for entry in group]
    spans = sorted({f"{entry.valid_from} – {entry.valid_to or '…'}" for entry in rows})
    return f"Known: {', '.join(spans)}."


def _arrests(options: Iterable[Option]) -> bool:
    return any(s.kind is Kind.ARREST for option in options for s in option)


def _within_minor_limits(sanction: Sanction, on: date) -> Sanction:
    limit = cap("minor", sanction.kind, sanction.unit, on)
    if limit is None or sanction.high is None or sanction.high <= limit:
        return sanction
    return replace(sanction, low=None if sanction.low is None else min(sanction.low, limit), high=limit)
