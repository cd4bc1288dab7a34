"""The first sheet of an XLSX file, row by row. Formulas are never computed: the stored value beside one is taken."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from tartip.core.batches.actions import MOST_ROWS
from tartip.web.registers.imports.errors import BadFile
from tartip.web.registers.imports.sheet import MOST_COLUMNS, Line, Sheet

# What a workbook of so many rows needs at most, unpacked; a small file that unpacks to more is no table of records.
MOST_UNPACKED = 300 * 1024 * 1024
MOST_PARTS = 2_000
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{1,30})"')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
PIECE, OVERLAP = 1 << 20, 200


def read_workbook(body: bytes) -> Sheet:
    """Raises BadFile: no workbook, unpacks to too much, merged cells, nothing in it."""
    import openpyxl

    _check_parts(body)
    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        sheet: Any = book.worksheets[0]
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            merged, has_formulas = _scan(archive, sheet._worksheet_path)
    except BadFile:
        raise
    except Exception:  # whatever the parsers of a broken file raise
        raise BadFile(rule=_("it cannot be read as a workbook")) from None
    if merged:
        raise BadFile(rule=_("cells are merged (%(cells)s); take the merging back") % {"cells": ", ".join(merged)})
    found = Sheet([], lambda: iter(()), _("workbook, first sheet"), epoch=book.epoch)

    def rows() -> Iterator[Line]:
        found.formulas = 0
        lines = _lines(body, has_formulas, found)
        next(lines, None)
        yield from lines

    first = next(_lines(body, has_formulas, found), None)
    if first is None:
        raise BadFile(rule=_("its first sheet is empty"))
    found.head = ["" if cell is None else str(cell).strip() for cell in first.cells]
    found.rows = rows
    return found


def _check_parts(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BadFile(rule=_("it unpacks to more than a table of records holds; save it as CSV"))
            if "xl/workbook.xml" not in archive.namelist():
                raise BadFile(rule=_("it is no workbook; save it as CSV or XLSX"))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        begins = file.read(4_096)
                    if DECLARATION.search(begins) or begins[:2] in (b"\xff\xfe", b"\xfe\xff"):
                        raise BadFile(rule=_("it holds declarations that no spreadsheet writes"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise BadFile(rule=_("it cannot be read as a workbook")) from None


def _scan(archive: zipfile.ZipFile, path: str) -> tuple[list[str], bool]:
    """The merged ranges of a sheet, the first few, and whether it holds a formula."""
    merged: list[str] = []
    has_formulas, before = False, b""
    with archive.open(path.lstrip("/")) as file:
        while piece := file.read(PIECE):
            text = before + piece
            has_formulas = has_formulas or FORMULA.search(text) is not None
            merged += [ref.decode() for ref in MERGED.findall(text) if ref.decode() not in merged]
            before = text[-OVERLAP:]
    return merged[:5], has_formulas


def _lines(body: bytes, has_formulas: bool, sheet: Sheet) -> Iterator[Line]:
    try:
        yield from _cells(body, has_formulas, sheet)
    except BadFile:
        raise
    except Exception:  # whatever the parsers of a broken sheet raise
        raise BadFile(rule=_("its first sheet is damaged")) from None


def _cells(body: bytes, has_formulas: bool, sheet: Sheet) -> Iterator[Line]:
    values = _rows(body, data_only=True)
    formulas = _rows(body, data_only=False) if has_formulas else ()
    # Empty rows of a sheet may be many; far behind the last row that may be entered there is nothing to look for.
    for number, (row, said) in enumerate(zip_longest(values, formulas, fillvalue=()), 1):
        if number > 2 * MOST_ROWS:
            return
        cells, faults = [], {}
        for at, cell in enumerate(row):
            value, kind = cell.value, cell.data_type
            if kind == "e":
                faults[at] = _("holds an error of the spreadsheet")
            if at < len(said) and said[at].data_type == "f":
                sheet.formulas += 1
                if value is None:
                    faults[at] = _("holds a formula without a stored value; write the value itself")
                    value = str(said[at].value)
            cells.append(value)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield Line(number, cells, faults)


def _rows(body: bytes, *, data_only: bool) -> Iterator[Any]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=data_only)
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    return iter(sheet.iter_rows(max_col=MOST_COLUMNS + 1))


def day_of_number(value: float, epoch: datetime) -> datetime | None:
    """The moment that a number stands for in a workbook; None for one that is none."""
    from openpyxl.utils.datetime import from_excel

    try:
        found = from_excel(value, epoch)
    except (ValueError, OverflowError, TypeError):
        return None
    return found if isinstance(found, datetime) else None
