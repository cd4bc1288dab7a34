"""Records as they come → the one table that is sealed: columns in order, exact types, checked, sorted by id."""

from __future__ import annotations

from datetime import date
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
    _check_territories(one_chunk(table[schema.territory]), schema)
    return sorted_by_id(table, schema)


def _check_territories(codes: pa.Array, schema: MonthSchema) -> None:
    """Raises WrongValue for й in two characters: a figure of the region with the other й would miss the record."""
    if not pa.types.is_string(codes.type):
        return
    known = pc.unique(codes)
    wrong = known.filter(pc.not_equal(known, pc.utf8_normalize(known, "NFC")))
    if len(wrong):
        row = pc.index(codes, wrong[0]).as_py()
        raise WrongValue(schema.territory, f"row {row}", "must be text in the form NFC")


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
        try:
            return records.read_all()
        except (pa.ArrowException, OSError) as error:
            raise WrongType("records", "the stream", f"cannot be read: {error}") from None
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
        if column.kind == "date":
            check_calendar(array, column)
        return _strings(array, column) if column.kind == "string" else array
    if column.kind == "string" and pa.types.is_large_string(array.type):
        try:
            return _strings(array.cast(wanted), column)
        except pa.ArrowInvalid as error:
            raise WrongType(column.name, "every row", f"is too much text: {error}") from None
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
    wanted = arrow_type(column.kind)
    return array if array.type == wanted else array.cast(wanted)


def _strings(array: pa.Array, column: Column) -> pa.Array:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise WrongValue(column.name, "some row", f"must be UTF-8: {error}") from None
    lengths = pc.binary_length(array)
    lowest, highest = (pc.min_max(lengths)[side].as_py() for side in ("min", "max"))
    low, high = column.low or 0, column.high if column.high is not None else 2**31
    if lowest is not None and not low <= lowest <= highest <= high:
        values = lengths.to_pylist()
        row = next(n for n, value in enumerate(values) if value is not None and not low <= value <= high)
        raise WrongValue(column.name, f"row {row}", f"{values[row]} bytes are outside {low} to {high}")
    return array


def check_dates(dates: pa.ChunkedArray, schema: MonthSchema, month: Month) -> None:
    """Raises OutsideMonth naming the first row of another month."""
    row = _row_outside(dates, month.first, month.last)
    if row is not None:
        shown = "a wild date" if _row_outside(dates, date.min, date.max) is not None else dates[row].as_py()
        raise OutsideMonth(schema.dated_by, f"row {row}", f"{shown} is not in {month}")


def check_sealed(table: pa.Table, schema: MonthSchema, month: Month) -> None:
    """The rules that the seal keeps, asked of a table read back: bounds, days, ids once and in order.

    A file and a manifest forged together agree with each other; they must still be such as the seal could have made.
    Raises WrongValue, OutsideMonth, RepeatedRecord.
    """
    check_dates(table[schema.dated_by], schema, month)
    for column in schema.sealed_columns:
        array = one_chunk(table[column.name])
        if column.kind in INTEGERS:
            _integers(array, column)
        elif column.kind == "string":
            _strings(array, column)
        elif column.kind == "date":
            check_calendar(array, column)
    keys = id_keys(one_chunk(table[schema.id]))
    wrong = np.flatnonzero(keys[1:] <= keys[:-1])
    if len(wrong):
        raise RepeatedRecord(schema.id, f"row {int(wrong[0]) + 1}", "the ids must rise, each standing there once")


def check_calendar(dates: pa.Array, column: Column) -> None:
    """Raises WrongValue for a day outside the years 1 to 9999, which few programs can read."""
    row = _row_outside(dates, date.min, date.max)
    if row is not None:
        raise WrongValue(column.name, f"row {row}", "is not a day of the years 1 to 9999")


def _row_outside(dates: Any, first: date, last: date) -> int | None:
    """The first row that is not within the days; as numbers, since Python knows no days beyond the year 9999."""
    days = dates.cast(pa.int32())
    low, high = ((day - date(1970, 1, 1)).days for day in (first, last))
    lowest, highest = (pc.min_max(days)[side].as_py() for side in ("min", "max"))
    if lowest is None or low <= lowest <= highest <= high:
        return None
    outside = pc.or_(pc.less(days, low), pc.greater(days, high))
    row: int = pc.index(outside, True).as_py()
    return row


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
