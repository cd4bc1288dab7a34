"""Records as they come → the one table that is sealed: columns in order, exact types, checked, sorted by id."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tartip.engines.months.errors import ColumnsDiffer, OutsideMonth, RepeatedRecord, WrongType, WrongValue
from tartip.engines.months.month import Month
from tartip.engines.months.schema import INTEGERS, Column, MonthSchema

Keys = np.ndarray[Any, np.dtype[Any]]


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type in which a kind is sealed."""
    kinds = {"int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64()}
    return (kinds | {"date": pa.date32(), "uuid": pa.binary(16), "string": pa.string()})[kind]


def arrow_schema(schema: MonthSchema) -> pa.Schema:
    """Arrow schema of a sealed file, `withdrawn` included."""
    return pa.schema([pa.field(c.name, arrow_type(c.kind), nullable=c.optional) for c in schema.sealed_columns])


def conform(records: Any, schema: MonthSchema, month: Month) -> pa.Table:
    """The declared columns of `records` in canonical order and type, one chunk each, rows sorted by id.

    records: Table, RecordBatch or RecordBatchReader; columns are found by name. Any integer type is taken for an
    integer column if every value fits, binary(16) or uuid for a uuid; nothing else is converted.
    Raises ColumnsDiffer, WrongType, WrongValue, OutsideMonth, RepeatedRecord, each with column and row.
    """
    table = _table(records)
    given = table.column_names
    for name in schema.names:
        if given.count(name) != 1:
            raise ColumnsDiffer(name, "the columns", "is missing" if name not in given else "stands twice")
    for name in given:
        if name not in schema.names:
            raise ColumnsDiffer(name, "the columns", f"is not in the schema of {schema.register}")
    arrays = [_column(table[c.name], c) for c in schema.columns]
    fields = arrow_schema(schema)
    table = pa.table(arrays, schema=pa.schema([fields.field(name) for name in schema.names]))
    check_dates(table[schema.dated_by], schema, month)
    return sorted_by_id(table, schema)


def id_keys(array: pa.Array) -> Keys:
    """Ids as a numpy array that sorts as the ids do: int64, or 16-byte strings for uuid."""
    if pa.types.is_fixed_size_binary(array.type):
        start = array.offset * 16
        return (
            np.frombuffer(array.buffers()[1], "S16", count=len(array), offset=start)
            if len(array)
            else np.empty(0, "S16")
        )
    keys: Keys = array.to_numpy()
    return keys


def one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _table(records: Any) -> pa.Table:
    if isinstance(records, pa.RecordBatch):
        return pa.Table.from_batches([records])
    if isinstance(records, pa.RecordBatchReader):
        return records.read_all()
    if isinstance(records, pa.Table):
        return records
    raise WrongType("records", type(records).__name__, "must be an Arrow Table, RecordBatch or RecordBatchReader")


def _column(values: pa.ChunkedArray, column: Column) -> pa.Array:
    array = one_chunk(values)
    wanted = arrow_type(column.kind)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if array.null_count and not column.optional:
        raise WrongValue(column.name, f"row {pc.index(pc.is_null(array), True).as_py()}", "must not be empty")
    if column.kind in INTEGERS and pa.types.is_integer(array.type):
        return _integers(array, column)
    if array.type == wanted:
        return _strings(array, column) if column.kind == "string" else array
    if column.kind == "string" and pa.types.is_large_string(array.type):
        return _strings(array.cast(wanted), column)
    raise WrongType(column.name, "every row", f"must be {wanted}, not {values.type}")


def _integers(array: pa.Array, column: Column) -> pa.Array:
    limits = np.iinfo(column.kind)
    low = max(limits.min, column.low) if column.low is not None else limits.min
    high = min(limits.max, column.high) if column.high is not None else limits.max
    lowest, highest = (pc.min_max(array)[side].as_py() for side in ("min", "max"))
    if lowest is not None and not low <= lowest <= highest <= high:
        values = array.to_pylist()
        row = next(n for n, value in enumerate(values) if value is not None and not low <= value <= high)
        raise WrongValue(column.name, f"row {row}", f"{values[row]} is outside {low} to {high}")
    return array.cast(arrow_type(column.kind))


def _strings(array: pa.Array, column: Column) -> pa.Array:
    lengths = pc.binary_length(array)
    lowest, highest = (pc.min_max(lengths)[side].as_py() for side in ("min", "max"))
    low, high = column.low or 0, column.high if column.high is not None else 2**31
    if lowest is not None and not low <= lowest <= highest <= high:
        values = lengths.to_pylist()
        row = next(n for n, value in enumerate(values) if value is not None and not low <= value <= high)
        raise WrongValue(column.name, f"row {row}", f"{values[row]} bytes are outside {low} to {high}")
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise WrongValue(column.name, "some row", f"must be UTF-8: {error}") from None
    return array


def check_dates(dates: pa.ChunkedArray, schema: MonthSchema, month: Month) -> None:
    lowest, highest = (pc.min_max(dates)[side].as_py() for side in ("min", "max"))
    if lowest is None or month.first <= lowest <= highest <= month.last:
        return
    values = dates.to_pylist()
    row = next(n for n, day in enumerate(values) if not month.first <= day <= month.last)
    raise OutsideMonth(schema.dated_by, f"row {row}", f"{values[row]} is not in {month}")


def sorted_by_id(table: pa.Table, schema: MonthSchema) -> pa.Table:
    """Rows in the order of their ids; rows that come in this order already are not moved. Raises RepeatedRecord."""
    keys = id_keys(one_chunk(table[schema.id]))
    if bool(np.all(keys[1:] > keys[:-1])):
        return table
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    if len(again):
        row = int(order[again[0] + 1])
        record = {name: table[name][row].as_py() for name in (schema.id, schema.version)}
        shown = record[schema.id].hex() if isinstance(record[schema.id], bytes) else record[schema.id]
        rule = f"id {shown}, version {record[schema.version]}: the id stands in row {int(order[again[0]])} too"
        raise RepeatedRecord(schema.id, f"row {row}", rule)
    return table.take(pa.array(order))
