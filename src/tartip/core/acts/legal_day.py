"""The day on which the law counts what was done, where that is not the day on which it was entered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import orjson

from tartip.core.acts.declare import ACTS
from tartip.core.clocks.entries import BREACH, LAPSE
from tartip.core.journal.models import Payload
from tartip.core.terms.zones import day_after, day_of
from tartip.core.territory import tree
from tartip.core.territory.days import civil_day


def legal_days(rows: Iterable[Mapping[str, Any]]) -> dict[uuid.UUID, date]:
    """Of these rows of a history, by the id of the entry: the legal day that the entry itself names.

    Only where the act declares one (`legal_day`) and it differs, in the territory, from the day of the entry. Of a term
    that was missed or over it is the last day, where nobody noticed on the next one.
    """
    rows = list(rows)
    fields = {row["id"]: ACTS[row["act"]].legal_day for row in rows if row["act"] in ACTS}
    fields = {entry: declared for entry, declared in fields.items() if declared}
    found = _last_days([row["id"] for row in rows if row["act"] in (BREACH, LAPSE)])
    if not fields:
        return found
    for content in Payload.objects.filter(entry__in=list(fields)).select_related("entry"):
        body, entry = orjson.loads(content.body), content.entry
        declared = fields[entry.pk]
        field = declared if isinstance(declared, str) else declared.field
        said = {**body.get("after", {}), **body.get("notes", {})}.get(field)
        if said is None:
            continue
        moment = datetime.fromisoformat(said)
        day = (civil_day if isinstance(declared, str) else declared.day)(entry.territory, moment)
        if day != civil_day(entry.territory, entry.occurred_at):
            found[entry.pk] = day
    return found


def _last_days(entries: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    found = {}
    for content in Payload.objects.filter(entry__in=entries).select_related("entry") if entries else ():
        due = datetime.fromisoformat(orjson.loads(content.body)["clock"]["due_at"])
        zone = tree.zone(content.entry.territory)
        noticed = day_of(content.entry.occurred_at, zone)
        if noticed not in (day_of(due, zone), day_after(due, zone)):
            found[content.entry_id] = day_of(due, zone)
    return found
