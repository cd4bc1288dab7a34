"""The list of a register: what the address asks for, and the one page of rows that answers it.

Paging goes by key: the next page begins after the last row of this one, so page 1,000 costs what page 1 does.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.inputs import is_in_range, whole
from tartip.core.registers.indexes import document_of
from tartip.core.registers.models import Record
from tartip.core.registers.register import Pages, Register
from tartip.core.territory import tree

PER_PAGE = 25
# Rows are counted up to here; a longer list says "more than".
MOST_COUNTED = 1_000
MOST_WORDS = 8
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for. `by` maps a filter to the text that was chosen or typed."""

    by: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""

    def query(self, **changes: str) -> str:
        """The query string of the same list with changes; paging starts anew unless it is one of them."""
        said = {**self.by, "q": self.words, "sort": self.sort, **changes}
        return urlencode({name: text for name, text in said.items() if text})


@dataclass(frozen=True)
class Found:
    """One page of a list. `count` stops at MOST_COUNTED; `more` says that there are more."""

    rows: list[Record]
    count: int
    more: bool
    next: str
    previous: str


def asked_of(register: Register, given: Mapping[str, str]) -> Asked:
    """What the address asks for; names that are no filter of this register are passed over."""
    pages = cast("Pages", register.pages)
    names = filter_names(register.model, pages)
    by = {name: given[name].strip()[:200] for name in names if given.get(name, "").strip()}
    sort = given.get("sort", "")
    return Asked(
        by=by,
        words=given.get("q", "").strip()[:200],
        sort=sort if sort.removeprefix("-") in {pages.ordered_by, *pages.sorts} else "",
        after=given.get("after", "")[:200],
        before=given.get("before", "")[:200],
    )


def filter_names(model: type[Record], pages: Pages) -> list[str]:
    """The names that filters have in an address: a day has two, from and to."""
    names = ["state", "territory"]
    for name in (pages.ordered_by, *pages.filters):
        names += [f"{name}_from", f"{name}_to"] if is_moment(model, name) else [name]
    return names


def is_moment(model: type[Record], name: str) -> bool:
    return isinstance(model._meta.get_field(name), models.DateField)


def narrowed(register: Register, actor: Actor, asked: Asked) -> QuerySet[Record]:
    """The records of the list that the actor may read, in no order."""
    rows: QuerySet[Record] = visible(actor, register.model._default_manager.all())
    pages = cast("Pages", register.pages)
    for name, text in asked.by.items():
        rows = rows.filter(_condition(register.model, name, text, actor))
    words = [word.lower() for word in WORD.findall(asked.words)][:MOST_WORDS]
    if words and pages.search:
        # Names come from the model, the words are a parameter.
        document = document_of(register.model, pages.search)
        query = " & ".join(f"{word}:*" for word in words)
        found = RawSQL(f"{document} @@ to_tsquery('simple', %s)", [query], models.BooleanField())  # noqa: S611
        rows = rows.filter(found)
    elif words:
        rows = rows.none()
    return rows


def _condition(model: type[Record], name: str, text: str, actor: Actor) -> Q:
    """A value that cannot be one matches nothing: whoever filters by it is shown an empty list, not a failure."""
    nothing = Q(pk__in=[])
    if name == "territory":
        return Q(territory__in=sorted(tree.subtree(text))) if text in tree.current() else nothing
    base, _, edge = name.rpartition("_")
    if edge in ("from", "to") and base:
        return _since_or_until(model, base, edge, text, actor) or nothing
    column = model._meta.get_field(name)
    if isinstance(column, models.BooleanField):
        return Q(**{name: text == "yes"}) if text in ("yes", "no") else nothing
    if isinstance(column, models.IntegerField):
        number = whole(text)
        return Q(**{name: number}) if number is not None else nothing
    if isinstance(column, models.ForeignKey):
        try:
            return Q(**{name: uuid.UUID(text)})
        except ValueError:
            return nothing
    return Q(**{name: text})


def _since_or_until(model: type[Record], name: str, edge: str, text: str, actor: Actor) -> Q | None:
    """A day of the actor's zone; the last day counts whole."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not is_in_range(day):
        return None
    if not isinstance(model._meta.get_field(name), models.DateTimeField):
        return Q(**{f"{name}__gte" if edge == "from" else f"{name}__lte": day})
    begins = datetime.combine(day if edge == "from" else day + timedelta(1), time(), tree.zone(actor.territory))
    return Q(**{f"{name}__gte" if edge == "from" else f"{name}__lt": begins})


def page_of(
    register: Register, actor: Actor, asked: Asked, *, per_page: int = PER_PAGE, related: Sequence[str] = ()
) -> Found:
    """One page of the list, with what leads to the pages beside it."""
    pages = cast("Pages", register.pages)
    rows = narrowed(register, actor, asked)
    order = asked.sort or pages.order
    name, falls = order.removeprefix("-"), order.startswith("-")
    backward = bool(asked.before)
    place = _place(register.model, name, asked.before or asked.after)
    # In the list's order: without one the server may read the whole table for the first thousand.
    counted = rows.order_by(order).values("pk")[: MOST_COUNTED + 1].count()
    if place is not None:
        value, key = place
        beyond = "lt" if falls != backward else "gt"
        # Both halves together are one condition on the index (order, id).
        rows = rows.filter(**{f"{name}__{beyond}e": value}).filter(
            Q(**{f"{name}__{beyond}": value}) | Q(**{f"id__{beyond}": key})
        )
    sign = "-" if falls != backward else ""
    found = list(rows.select_related(*related).order_by(f"{sign}{name}", f"{sign}id")[: per_page + 1])
    more, found = len(found) > per_page, found[:per_page]
    if backward:
        found.reverse()
    return Found(
        rows=found,
        count=min(counted, MOST_COUNTED),
        more=counted > MOST_COUNTED,
        next=_mark(found[-1], name) if found and (more or backward) else "",
        previous=_mark(found[0], name) if found and (more if backward else place is not None) else "",
    )


def pages_by_key(rows: QuerySet[Record], order: str, per_page: int) -> Iterator[list[Record]]:
    """All rows in this order, page after page; what is written meanwhile is met once or not at all."""
    name, falls = order.removeprefix("-"), order.startswith("-")
    sign, beyond = ("-", "lt") if falls else ("", "gt")
    asked = rows.order_by(f"{sign}{name}", f"{sign}id")
    found = list(asked[:per_page])
    while found:
        yield found
        if len(found) < per_page:
            return
        value, key = getattr(found[-1], name), found[-1].pk
        after = asked.filter(**{f"{name}__{beyond}e": value})
        found = list(after.filter(Q(**{f"{name}__{beyond}": value}) | Q(**{f"id__{beyond}": key}))[:per_page])


def _mark(record: Record, name: str) -> str:
    """Where a page ends, as text for an address."""
    value = getattr(record, name)
    said = value.isoformat() if isinstance(value, date) else str(value)
    return base64.urlsafe_b64encode(f"{record.pk}~{said}".encode()).decode().rstrip("=")


def _place(model: type[Record], name: str, mark: str) -> tuple[Any, uuid.UUID] | None:
    """Where the mark points; None for one that is none: the list begins at its beginning."""
    if not mark:
        return None
    try:
        text = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
        key, _, said = text.partition("~")
        column: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
        value = datetime.fromisoformat(said) if isinstance(column, models.DateTimeField) else column.to_python(said)
        if isinstance(value, str) and "\x00" in value:
            return None
        return value, uuid.UUID(key)
    except (ValueError, ValidationError):  # binascii.Error and UnicodeError are ValueErrors
        return None
