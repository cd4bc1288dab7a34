"""Arrow tables of transfers to records: every column checked, the first wrong row named, nothing half-taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.transfers.layout import MAX_AMOUNT, MAX_AT, MIN_AT, TRANSFER, UNKNOWN, Kind
from tartip.engines.transfers.transfer import (
    DAY_MS,
    KEYS,
    LOCAL_MS,
    AmountOutOfRange,
    BadTransfer,
    check,
    check_text,
)

if TYPE_CHECKING:
    import pyarrow as pa

OPTIONAL = ("text", "kind", "lat", "lon", "born", "succeeded")


def records_of(table: pa.Table, age: int = 18) -> tuple[NDArray[np.void], list[str], NDArray[np.int64]]:
    """Records of an Arrow table: (records with text 0, distinct descriptions, index of each row's or -1).

    Columns id, debtor, debtor_account, creditor, creditor_account, amount (integers), at (integer ms or timestamp);
    optional text, kind (text), lat, lon (integers), born (date32), succeeded (bool); optional ones may be null.
    There are no others.
    Raises BadTransfer or AmountOutOfRange naming column and row; then nothing is taken.
    """
    import pyarrow as pa

    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    if not isinstance(table, pa.Table):
        raise BadTransfer("transfers", type(table).__name__, "must be an Arrow table, a Transfer or a sequence of them")
    twice = [name for name in (*KEYS, "at", "amount", *OPTIONAL) if table.column_names.count(name) > 1]
    if twice:
        raise BadTransfer("column", twice[0], "is given twice")
    unknown = [name for name in table.column_names if name not in (*KEYS, "at", "amount", *OPTIONAL)]
    if unknown:  # another currency, or `succeeded` misspelt: passed over, it would be judged as what it is not
        raise BadTransfer("column", repr(unknown[0]), "is none that transfers have")
    missing = [name for name in (*KEYS, "at", "amount") if name not in table.column_names]
    if missing:
        raise BadTransfer("column", missing[0], "is missing")
    table = table.drop_columns([name for name in OPTIONAL if name in table.column_names and _all_null(table[name])])
    records = np.zeros(len(table), TRANSFER)
    for name in (*KEYS, "amount", "at"):
        records[name] = _integers(table, name)
    for name, low, high in (("amount", 1, MAX_AMOUNT), ("at", MIN_AT, MAX_AT)):
        outside = np.flatnonzero((records[name] < low) | (records[name] > high))
        if len(outside):
            check(name, int(records[name][outside[0]]), f"row {outside[0]}", low, high)
    kinds = [one.name for one in Kind]
    records["kind"] = _choices(table, "kind", kinds) if "kind" in table.column_names else 0
    records["succeeded"] = _booleans(table) if "succeeded" in table.column_names else 1
    _places(table, records)
    records["adult_from"] = UNKNOWN
    if "born" in table.column_names:
        records["adult_from"] = _adult_days(table["born"].combine_chunks(), records["at"], age)
    if "text" not in table.column_names:
        return records, [], np.full(len(table), -1)
    texts = table["text"].combine_chunks()
    if not pa.types.is_dictionary(texts.type):
        if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
            raise BadTransfer("text", str(texts.type), "must be text")
        texts = texts.dictionary_encode()
    try:
        found = texts.dictionary.to_pylist()
    except UnicodeDecodeError as error:
        raise BadTransfer("text", "a row", "is not UTF-8") from error
    words = [check_text(word, "a row") for word in found]
    return records, words, texts.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _all_null(column: pa.ChunkedArray) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_null(column.type))


def _integers(table: pa.Table, name: str) -> NDArray[np.int64]:
    import pyarrow as pa

    column = table[name]
    if column.null_count:
        raise BadTransfer(name, f"{column.null_count} rows", "must not be null")
    if pa.types.is_timestamp(column.type) and name == "at":
        if column.type.tz is None:
            raise BadTransfer(name, str(column.type), "must name its time zone")
        if len(column) and min(column.cast(pa.int64()).to_numpy()) < 0:  # a cast would round it up into 1970
            raise BadTransfer(name, "column", "holds a time before 1970")
        try:
            column = column.cast(pa.timestamp("ms", tz=column.type.tz), safe=column.type.unit == "s").cast(pa.int64())
        except pa.ArrowInvalid as error:
            raise BadTransfer(name, "column", "holds a time outside 64 bits of milliseconds") from error
    if not pa.types.is_integer(column.type):
        raise BadTransfer(name, str(column.type), "must be whole numbers")
    if column.type == pa.uint64() and len(column) and int(max(column.to_numpy())) >= 2**63:
        kind = AmountOutOfRange if name == "amount" else BadTransfer
        raise kind(name, "column", "does not fit 64 bits with a sign")
    return np.asarray(column.to_numpy(), np.int64)


def _booleans(table: pa.Table) -> NDArray[np.bool_]:
    import pyarrow as pa

    if not pa.types.is_boolean(table["succeeded"].type):
        raise BadTransfer("succeeded", str(table["succeeded"].type), "must be true or false")
    return np.asarray(table["succeeded"].combine_chunks().fill_null(True).to_numpy(zero_copy_only=False), np.bool_)


def _choices(table: pa.Table, name: str, words: list[str]) -> NDArray[np.uint8]:
    import pyarrow as pa

    kind = table[name].type.value_type if pa.types.is_dictionary(table[name].type) else table[name].type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise BadTransfer(name, str(table[name].type), "must be text")
    encoded = table[name].combine_chunks()
    encoded = encoded if hasattr(encoded, "indices") else encoded.dictionary_encode()
    known: Mapping[Any, int] = {word: place for place, word in enumerate(words)}
    for word in encoded.dictionary.to_pylist():
        if word not in known:
            raise BadTransfer(name, repr(word), f"must be one of {', '.join(words)}")
    places = np.array([known[word] for word in encoded.dictionary.to_pylist()] + [0], np.uint8)
    rows = encoded.indices.fill_null(len(places) - 1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.asarray(places[rows], np.uint8)


def _places(table: pa.Table, records: NDArray[np.void]) -> None:
    import pyarrow as pa

    records["lat"] = records["lon"] = UNKNOWN
    given = [name for name in ("lat", "lon") if name in table.column_names]
    if len(given) == 1:
        raise BadTransfer("column", given[0], "lat and lon are given together")
    for name, most in (("lat", 90), ("lon", 180)) if given else ():
        if not pa.types.is_integer(table[name].type):
            raise BadTransfer(name, str(table[name].type), "must be whole microdegrees")
        given_here = table[name].combine_chunks()
        unknown = given_here.is_null().to_numpy(zero_copy_only=False)
        column = given_here.fill_null(0).to_numpy(zero_copy_only=False)
        # Two comparisons: the absolute value of the least number of 64 bits is negative.
        outside = np.flatnonzero((column < -most * 1_000_000) | (column > most * 1_000_000))
        if len(outside):
            raise BadTransfer(name, f"row {outside[0]}", f"must lie within {most} degrees")
        records[name] = np.where(unknown, UNKNOWN, column)
    if given:
        halves = np.flatnonzero((records["lat"] == UNKNOWN) != (records["lon"] == UNKNOWN))
        if len(halves):
            raise BadTransfer("place", f"row {halves[0]}", "needs both lat and lon")


def _adult_days(born: pa.Array, at: NDArray[np.int64], age: int) -> NDArray[np.int32]:
    import pyarrow as pa

    if not pa.types.is_date32(born.type):
        raise BadTransfer("born", str(born.type), "must be a date")
    unknown = born.is_null().to_numpy(zero_copy_only=False)
    days = born.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    birthday = (months + 12 * age).astype("datetime64[D]") + (days - months.astype("datetime64[D]"))
    adult = birthday.astype(np.int64)  # 29 February runs over to 1 March by itself
    unknown |= days.astype(np.int64) > (at + LOCAL_MS) // DAY_MS
    return np.where(unknown, UNKNOWN, adult).astype(np.int32)
