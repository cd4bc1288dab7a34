"""A block of `tartip-block/1` read back into plain values, with nothing but the standard library."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tartip.engines.errors import BadInput
from tartip.engines.months.schema import WIDTHS, Column

_CODES = {"int8": "b", "int16": "h", "int32": "i", "int64": "q", "date": "i"}
_EPOCH = date(1970, 1, 1)


def read_block(block: bytes, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows of the block by column name: int, date, UUID, str or None. Raises BadInput if the block does not fit."""
    try:
        (rows,) = struct.unpack_from("<I", block)
        if rows > len(block):  # each row takes a byte at least, for `withdrawn`
            raise ValueError
        at, table = 4, []
        for column in columns:
            at, values = _read(block, at, rows, column)
            table.append(values)
    except (struct.error, ValueError, OverflowError):
        raise BadInput("block", f"{len(block)} bytes", "is not a block of these columns") from None
    if at != len(block):
        raise BadInput("block", f"byte {at}", f"{len(block) - at} bytes are left over")
    names = [c.name for c in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*table, strict=True)]


def _read(block: bytes, at: int, rows: int, column: Column) -> tuple[int, list[Any]]:
    there: Sequence[int] = [1] * rows
    if column.optional:
        there, at = struct.unpack_from(f"<{rows}B", block, at), at + rows
    values: list[Any]
    if column.kind == "string":
        lengths, at = struct.unpack_from(f"<{rows}I", block, at), at + 4 * rows
        values = []
        for length in lengths:
            if at + length > len(block):
                raise ValueError
            values.append(block[at : at + length].decode("utf-8"))
            at += length
    elif column.kind == "uuid":
        values = [UUID(bytes=item) for (item,) in struct.iter_unpack("16s", block[at : at + 16 * rows])]
        at += 16 * rows
    else:
        values = list(struct.unpack_from(f"<{rows}{_CODES[column.kind]}", block, at))
        at += WIDTHS[column.kind] * rows
        if column.kind == "date":
            values = [_EPOCH + timedelta(days=days) for days in values]
    if len(values) != rows or any(flag not in (0, 1) for flag in there):
        raise ValueError
    return at, [value if flag else None for value, flag in zip(values, there, strict=True)]
