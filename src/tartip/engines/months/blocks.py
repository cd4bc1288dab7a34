"""The logical content of a month as blocks of 1,024 rows, hashed into one root that no Parquet writer can change.

Block (form `tartip-block/1`): number of rows as uint32, then column after column in canonical order. A column that may
be empty begins with one byte per row (1 = there is a value). Integers and dates (days since 1970-01-01) follow as
little-endian two's complement of their width, uuids as 16 bytes, strings as one uint32 length per row and then all
bytes in UTF-8; an empty value is all zeros, or no bytes. Leaf = SHA-256(0x00 ‖ block), tree as in RFC 6962.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tartip.engines.merkle import Tree, leaf_hash
from tartip.engines.months.canonical import one_chunk
from tartip.engines.months.manifest import BLOCK_ROWS
from tartip.engines.months.schema import WIDTHS, Column, MonthSchema

Part = Callable[[int, int], bytes | memoryview]


def blocks(table: pa.Table, schema: MonthSchema) -> Iterator[bytes]:
    """The blocks of a canonical table (`withdrawn` included), in order; none for an empty month."""
    parts = [part for column in schema.sealed_columns for part in _parts(one_chunk(table[column.name]), column)]
    rows = table.num_rows
    for start in range(0, rows, BLOCK_ROWS):
        end = min(start + BLOCK_ROWS, rows)
        yield b"".join([(end - start).to_bytes(4, "little"), *[part(start, end) for part in parts]])


def block_leaves(table: pa.Table, schema: MonthSchema) -> list[bytes]:
    """Leaf hash of each block, 32 bytes."""
    return [leaf_hash(block) for block in blocks(table, schema)]


def block_root(leaves: Sequence[bytes]) -> bytes:
    """Root of the RFC 6962 tree over the blocks."""
    tree = Tree()
    tree.extend(leaves)
    return tree.root()


def _parts(array: pa.Array, column: Column) -> list[Part]:
    parts: list[Part] = []
    if column.optional:
        parts.append(_fixed(np.asarray(pc.is_valid(array)).view(np.uint8), 1))
        empty: Any = {"string": "", "uuid": bytes(16)}.get(column.kind, 0)
        if array.null_count:
            array = pc.fill_null(
                array, pa.scalar(empty, pa.int32()).cast(array.type) if column.kind == "date" else empty
            )
    if column.kind == "string":
        offsets = (
            np.frombuffer(array.buffers()[1], "<i4", len(array) + 1, array.offset * 4)
            if len(array)
            else np.zeros(1, "<i4")
        )
        lengths = np.diff(offsets).astype("<u4")
        data = memoryview(array.buffers()[2] or b"")
        return [*parts, _fixed(lengths, 4), lambda i, j: data[offsets[i] : offsets[j]]]
    if column.kind == "uuid":
        width = WIDTHS["uuid"]
        data = memoryview(array.buffers()[1] or b"")[array.offset * width :]
        return [*parts, lambda i, j: data[i * width : j * width]]
    if column.kind == "date":
        array = array.view(pa.int32())
    width = WIDTHS[column.kind]
    return [*parts, _fixed(array.to_numpy(zero_copy_only=False).astype(f"<i{width}", copy=False), width)]


def _fixed(values: np.ndarray[Any, np.dtype[Any]], width: int) -> Part:
    data = np.ascontiguousarray(values).data.cast("B") if len(values) else memoryview(b"")
    return lambda i, j: data[i * width : j * width]
