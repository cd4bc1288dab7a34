"""Export of a list: the rows of its filters as CSV, XLSX or JSON lines, by the reader's right.

Rows are read in pages by key, so memory does not grow with the list. Persons are never written in clear.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import orjson
from django.db import models
from django.utils.translation import gettext as _

from tartip.core.acts import Actor, in_one_transaction
from tartip.core.acts.access import visible
from tartip.core.ids import new_id
from tartip.core.journal import entries
from tartip.core.language import language
from tartip.core.people.models import Account, Person
from tartip.core.registers.models import Record, this_node
from tartip.core.registers.register import Pages, Register
from tartip.core.registers.titles import label_of, state_name, title_of
from tartip.core.territory import tree
from tartip.core.time import now
from tartip.web.registers import listing
from tartip.web.registers.formulas import BEGINNINGS, quote

MOST_ROWS = 100_000
PAGE = 1_000
BOM = "\ufeff"
EXPORT = "register.export"

Row = list[Any]


@dataclass(frozen=True)
class Export:
    """What is exported: the head, and how many rows there will be at most. `cut` says that the list is longer."""

    names: list[str]
    heads: list[str]
    count: int
    cut: bool
    rows: Callable[[], Iterator[Row]]


def export_of(register: Register, actor: Actor, asked: listing.Asked) -> Export:
    """The export of a list as the actor sees it now."""
    columns = [name for name in register.columns if name not in ("state", "territory")]
    names = ["id", "state", "version", "territory", "territory_name", *columns]
    labels = [label_of(register.model, name) for name in columns]
    heads = ["id", label_of(register.model, "state"), _("Version"), _("Territory code"), _("Territory"), *labels]
    found = listing.narrowed(register, actor, asked).values("pk")[: MOST_ROWS + 1].count()
    return Export(
        names=names, heads=heads, count=min(found, MOST_ROWS), cut=found > MOST_ROWS,
        rows=lambda: _rows(register, actor, asked, columns),
    )  # fmt: skip


@in_one_transaction
def trace(actor: Actor, register: Register, asked: listing.Asked, kind: str, export: Export) -> None:
    """The entry of an export. What was typed into filters may name a person: only its hash is written."""
    moment = now()
    said = sorted((*asked.by.items(), ("q", asked.words)))
    filters = hashlib.sha256(orjson.dumps(said)).hexdigest()
    header = entries.Header(
        id=new_id(), origin=this_node(), recorded_at=moment, occurred_at=actor.at or moment, act=EXPORT,
        actor=actor.name, role=actor.role, on_behalf=actor.on_behalf, territory=actor.territory,
        register=register.name, subject=None, version=0, cause=actor.cause, ground="order-706", edition="",
        purpose=actor.purpose,
    )  # fmt: skip
    names = sorted(name for name, text in said if text)
    payload = {"kind": kind, "rows": export.count, "cut": export.cut, "filters": names, "filters_hash": filters}
    entries.write(header, payload)


def csv_lines(export: Export) -> Iterator[bytes]:
    """CSV in UTF-8 with its mark. Semicolons in Kazakh and Russian, as spreadsheets expect them there; else commas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="," if language() == "en" else ";", lineterminator="\r\n")
    buffer.write(BOM)
    for row in _with_head(export):
        writer.writerow([_text(value) for value in row])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


def json_lines(export: Export) -> Iterator[bytes]:
    """One JSON object per line, by the names of the fields."""
    lines: list[bytes] = []
    for row in export.rows():
        lines.append(orjson.dumps(dict(zip(export.names, row, strict=True)), default=_json) + b"\n")
        if len(lines) >= PAGE:
            yield b"".join(lines)
            lines = []
    yield b"".join(lines)


def xlsx_file(export: Export) -> BinaryIO:
    """A workbook of one sheet in a temporary file. Every text is a text there, whatever it begins with."""
    from openpyxl import Workbook  # here: reading it takes longer than the rest of the start

    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for row in _with_head(export):
        sheet.append([_xlsx(sheet, value) for value in row])
    file = TemporaryFile()  # noqa: SIM115 (closed with the answer)
    book.save(file)
    file.seek(0)
    return cast("BinaryIO", file)


def _with_head(export: Export) -> Iterator[Sequence[Any]]:
    yield export.heads
    yield from export.rows()
    if export.cut:
        yield [_("Only the first %(most)s rows were exported: narrow the list.") % {"most": MOST_ROWS}]


def _rows(register: Register, actor: Actor, asked: listing.Asked, columns: list[str]) -> Iterator[Row]:
    model = register.model
    pages = cast("Pages", register.pages)
    rows = listing.narrowed(register, actor, asked)
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in columns}
    left = MOST_ROWS
    order = asked.sort or pages.order
    related = [name for name in columns if issubclass(fields[name].related_model or object, Account)]
    for found in listing.pages_by_key(rows.select_related(*related) if related else rows, order, PAGE):
        found = found[:left]
        titles = _titles(actor, found, fields)
        for record in found:
            place = record.territory_id
            yield [
                str(record.pk), state_name(model, record.state), record.version, place, tree.name(place, language()),
                *(_value(record, fields[name], titles.get(name, {})) for name in columns),
            ]  # fmt: skip
        left -= len(found)
        if not left:
            return


def _titles(actor: Actor, found: list[Record], fields: Mapping[str, Any]) -> dict[str, dict[Any, str]]:
    """For each field that names records: what those are called that the reader may read."""
    titles: dict[str, dict[Any, str]] = {}
    for name, field in fields.items():
        model = field.related_model
        if model is not None and issubclass(model, Record) and model is not Person:
            keys = {getattr(record, field.attname) for record in found}
            rows: Iterable[Record] = visible(actor, model._default_manager.filter(pk__in=keys))
            titles[name] = {row.pk: title_of(row) for row in rows}
    return titles


def _value(record: Record, field: models.Field[Any, Any], titles: Mapping[Any, str]) -> Any:
    key = getattr(record, field.attname)
    if key is None:
        return None
    if field.related_model is Person:
        return _("hidden")
    if field.related_model is Account:
        return str(getattr(record, field.name).display_name)
    if field.is_relation:
        return titles.get(key) or (tree.name(key, language()) if key in tree.current() else _("hidden"))
    if field.choices:
        return str(dict(field.flatchoices).get(key, key))
    if isinstance(key, bool):
        return _("yes") if key else _("no")
    if isinstance(key, datetime):
        return key.astimezone(tree.zone(record.territory_id)).replace(microsecond=0)
    if isinstance(key, date | int):
        return key
    return ", ".join(map(str, key)) if isinstance(key, list) else str(key)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else quote(str(value))


def _json(value: Any) -> str:
    return str(value)


# Characters that XML 1.0 cannot hold.
_NO_XML = {code: " " for code in range(32) if code not in (9, 10, 13)}
MOST_CELL = 32_767


def _xlsx(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    text = (value.isoformat() if isinstance(value, date) else str(value)).translate(_NO_XML)[:MOST_CELL]
    if not text.startswith(BEGINNINGS):
        return text
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _taken(buffer: io.StringIO) -> bytes:
    said = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return said
