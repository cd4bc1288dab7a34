"""Reading a file of rows: CSV in any usual encoding and delimiter, or the first sheet of a workbook."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tartip.core.batches.actions import MOST_ROWS
from tartip.web.registers.formulas import unquote
from tartip.web.registers.imports.errors import BadFile
from tartip.web.registers.imports.sheet import MOST_COLUMNS, Line, Sheet
from tartip.web.registers.imports.workbook import read_workbook

DELIMITERS = (";", ",", "\t")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(body: bytes) -> Sheet:
    """Raises BadFile for what is neither CSV nor a workbook, or has no head."""
    if not body.strip():
        raise BadFile(rule=_("it is empty"))
    if body.startswith(b"PK\x03\x04"):
        sheet = read_workbook(body)
    elif body.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile(rule=_("it is a workbook of the old kind (XLS); save it as XLSX or CSV"))
    else:
        sheet = _read_csv(body)
    if len(sheet.head) > MOST_COLUMNS:
        raise BadFile(rule=_("it has more than %(most)s columns") % {"most": MOST_COLUMNS})
    return sheet


def bounded(rows: Iterator[Line]) -> Iterator[Line]:
    """The rows that hold something. Raises BadFile after the last one that may be entered at once."""
    count = 0
    for line in rows:
        if any(cell not in (None, "") for cell in line.cells) or line.faults:
            count += 1
            if count > MOST_ROWS:
                raise BadFile(rule=_("it has more than %(most)s rows; split it") % {"most": MOST_ROWS})
            yield line


def _read_csv(body: bytes) -> Sheet:
    text, encoding = _decoded(body)
    if "\x00" in text:
        raise BadFile(rule=_("it is no text; save it as CSV or XLSX"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))

    def rows() -> Iterator[Line]:
        lines = _lines(text, delimiter)
        next(lines, None)
        width = len(head)
        for number, cells in lines:
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            faults = {}
            if len(cells) > width:
                faults = {
                    -1: _("the row has %(cells)s columns, the head %(head)s") % {"cells": len(cells), "head": width}
                }
            yield Line(number, [unquote(cell.strip()) for cell in cells], faults)

    head = [cell.strip() for cell in next(_lines(text, delimiter), (0, []))[1]]
    named = {"\t": _("tab")}.get(delimiter, f"«{delimiter}»")
    return Sheet(
        head, rows, _("CSV, %(encoding)s, delimiter %(delimiter)s") % {"encoding": encoding, "delimiter": named}
    )


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line it begins in. Raises BadFile where quotes do not fit."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        rule = _("line %(line)s: its quotation marks do not fit, or a cell is longer than any may be") % {
            "line": begins
        }
        raise BadFile(rule=rule) from None


def _decoded(body: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, else UTF-8 where that fits, UTF-16, windows-1251."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            try:
                return body.decode(encoding), encoding.removesuffix("-sig").upper()
            except UnicodeDecodeError:
                raise BadFile(rule=_("it is damaged: its encoding is broken in the middle")) from None
    try:
        text = body.decode("utf-8")
        if "\x00" not in text:
            return text, "UTF-8"
    except UnicodeDecodeError:
        pass
    for encoding, zeros in (("utf-16-le", body[1:2_000:2]), ("utf-16-be", body[0:2_000:2])):
        if zeros.count(0) * 8 > len(zeros):  # delimiters, digits and line ends have a zero byte there
            try:
                return body.decode(encoding), "UTF-16"
            except UnicodeDecodeError:
                continue
    try:
        return body.decode("cp1251"), "windows-1251"
    except UnicodeDecodeError:
        raise BadFile(rule=_("its encoding is not known; save it as UTF-8")) from None
