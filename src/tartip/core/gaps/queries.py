"""What the tables lack, as tasks: found ahead of the day, and again when a page meets the gap."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from tartip.core import law
from tartip.core.acts import system
from tartip.core.gaps import actions
from tartip.core.gaps.models import Gap
from tartip.core.journal.models import Entry
from tartip.core.language import language
from tartip.core.law.discounts import discounts
from tartip.core.law.edition import Timeline
from tartip.core.law.penalties import book
from tartip.core.law.rates import rates
from tartip.core.people.names import names_of
from tartip.core.registers.unique import NotUnique
from tartip.core.terms.rules import DeadlineRule
from tartip.core.terms.zones import day_of
from tartip.core.territory import tree
from tartip.core.time import now

log = logging.getLogger("tartip.law")
# The lawyer hears of it a month ahead: the budget law of the next year is signed in December.
AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    table: str
    key: str
    missing_from: date


def tables() -> dict[str, Timeline[Any]]:
    """The tables that must answer for every day. Articles may end: they only name."""
    return {
        "base_rates": rates(),
        "penalties": book().entries,
        "deadlines": law.deadlines(),
        "discounts": discounts(),
    }


def missing(on: date) -> list[Missing]:
    """Rows that have ended, or will within a month, and that none follows."""
    return sorted(
        Missing(table, key, last + timedelta(days=1))
        for table, timeline in tables().items()
        for key, rows in timeline.rows.items()
        if (last := rows[-1].valid_to) is not None and last < on + AHEAD
    )


def look_for_gaps(at: datetime | None = None) -> int:
    """Raise a task for every row that is missing and close the tasks whose row was entered; returns how many changed.

    Repeating it changes nothing; two processes at once raise one task.
    """
    today = day_of(at or now(), tree.zone(tree.ROOT))
    wanted, actor = missing(today), system("law")
    known = {Missing(gap.table, gap.key, gap.missing_from): gap for gap in Gap.objects.exclude(state="entered")}
    changed = 0
    for found in wanted:
        if found not in known:
            changed += _raised(found)
    for found, gap in known.items():
        if gap.state == "open" and found not in wanted:
            actions.close_gap(actor, gap)
            changed += 1
    return changed


def notice(error: Exception) -> None:
    """Somebody met the gap on a page or by the API: the task is there at once. Never fails."""
    if not isinstance(error, law.MissingBaseRate) or connection.needs_rollback:
        return
    try:
        if not Gap.objects.filter(table="base_rates", state="open").exists():
            look_for_gaps()
    except Exception as trouble:
        log.error("the task for the lawyer could not be raised: %s", trouble)


def _raised(found: Missing) -> int:
    try:
        actions.find_gap(system("law"), table=found.table, key=found.key, missing_from=found.missing_from)
    except NotUnique:
        return 0  # another process was first
    log.warning("%s.csv has no row of %s from %s on: a task for the lawyer", found.table, found.key, found.missing_from)
    return 1


def dismissals(gaps: Iterable[Gap]) -> dict[uuid.UUID, dict[str, str]]:
    """Why no row is needed, and who said so: by gap, from the journal. An erased reason is empty."""
    found = Entry.objects.filter(subject__in=[gap.pk for gap in gaps], act="law.gap_dismiss").select_related("content")
    rows = list(found)
    names = names_of({row.actor for row in rows})
    bodies = {row.pk: orjson.loads(row.content.body) for row in rows if hasattr(row, "content")}
    return {
        row.subject: {
            "reason": bodies.get(row.pk, {}).get("notes", {}).get("reason", ""),
            "who": names.get(row.actor) or row.actor,
        }
        for row in rows
        if row.subject is not None
    }


def words_of(gap: Gap) -> str:
    """The name of what ended, in the reader's language; the key where its row is gone."""
    rows = tables()[gap.table].rows.get(gap.key) if gap.table in tables() else None
    if not rows:
        return gap.key
    row = rows[-1]
    if isinstance(row, DeadlineRule):
        return row.name(language())
    if gap.table == "penalties":
        article = law.articles().find(row.edition.key, row.valid_from)
        if article is not None:
            return f"{law.citation(article, language())}: {article.name(language())}"
    return str(row.edition.name(language()))
