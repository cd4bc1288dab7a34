"""Every edition of every table in one place: resolving a key, and the list a lawyer reads."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache, lru_cache

from tartip.core.law.articles import articles
from tartip.core.law.caps import caps
from tartip.core.law.deadlines import as_edition, deadlines
from tartip.core.law.discounts import discounts
from tartip.core.law.edition import Edition, Timeline
from tartip.core.law.errors import MissingEdition
from tartip.core.law.jurisdiction import powers
from tartip.core.law.limitation import spans
from tartip.core.law.pauses import pauses
from tartip.core.law.penalties import book
from tartip.core.law.rates import rates
from tartip.core.law.retention import retentions
from tartip.core.law.workdays import swaps

TABLES = (
    "articles", "penalties", "jurisdiction", "caps", "base_rates", "deadlines", "limitation", "pauses",
    "discounts", "retention", "holidays",
)  # fmt: skip
COUNTRY = "Asia/Almaty"


@cache
def _grounds() -> Timeline[Edition]:
    """Keys that may be a ground: articles, orders and laws; deadlines, rates, discounts and retention terms by name."""
    others = [e for e in all_editions() if e.table in ("deadlines", "base_rates", "discounts", "retention")]
    here = articles().rows
    rows = [(key, edition) for key, group in here.items() for edition in group]
    return Timeline(rows + [(e.key, e) for e in others if e.key not in here])


@lru_cache(maxsize=8192)
def resolve(key: str, on: date) -> Edition:
    """The edition of a key in force on a day. Raises MissingEdition: an unknown rule is an error, never a guess."""
    return _grounds().at(key, on)


def is_known(key: str, on: date) -> bool:
    """Whether `resolve` would answer; for checks of declarations at start-up."""
    try:
        resolve(key, on)
    except MissingEdition:
        return False
    return True


def edition_text(key: str, on: date | datetime) -> str:
    """The edition as a journal entry keeps it beside the key: «2026-03-12 confirmed» (at most 24 characters)."""
    if isinstance(on, datetime):
        from tartip.core.terms.zones import zone_named

        on = (on if on.tzinfo else on.replace(tzinfo=UTC)).astimezone(zone_named(COUNTRY)).date()
    edition = resolve(key, on)
    return f"{edition.valid_from.isoformat()} {edition.status}"


@cache
def all_editions() -> tuple[Edition, ...]:
    """Every row of every table, in the order of the tables, keys and days."""
    found = [edition for group in articles().rows.values() for edition in group]
    found += [entry.edition for group in book().entries.rows.values() for entry in group]
    found += [power.edition for group in powers().rows.values() for power in group]
    found += [limit.edition for group in caps().rows.values() for limit in group]
    found += [rate.edition for group in rates().rows.values() for rate in group]
    found += [as_edition(rule) for group in deadlines().rows.values() for rule in group]
    found += [span.edition for span in spans()]
    found += [row.edition for row in pauses()]
    found += [row.edition for group in discounts().rows.values() for row in group]
    found += [row.edition for group in retentions().rows.values() for row in group]
    found += [_swap_edition(day) for day in swaps()]
    return tuple(sorted(found, key=lambda e: (TABLES.index(e.table), natural(e.key), e.valid_from)))


def counts() -> dict[str, Counter[str]]:
    """Rows by table and status; the penalties are counted by part and subject."""
    by_table: dict[str, Counter[str]] = {table: Counter() for table in TABLES}
    for edition in all_editions():
        by_table[edition.table][edition.status] += 1
    return by_table


def natural(key: str) -> tuple[tuple[int, float, str], ...]:
    """Sorts koap-73 before koap-434 and koap-434 before koap-434.2."""
    return tuple((0, float(x), "") if x[:1].isdigit() else (1, 0.0, x) for x in key.split("-"))


def _swap_edition(day: date) -> Edition:
    swap = swaps()[day]
    words = {
        "off": ("Демалыс күні ({} орнына)", "Выходной вместо {}", "Day off instead of {}"),
        "work": ("Жұмыс күні ({} орнына)", "Рабочий день вместо {}", "Working day instead of {}"),
    }[swap.kind]
    kk, ru, en = (word.format(f"{swap.pair:%d.%m.%Y}") for word in words)
    key = f"day-{day.isoformat()}"
    return Edition("holidays", key, day, day, kk, ru, en, swap.status, swap.source, swap.note)
