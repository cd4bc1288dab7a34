"""Close a month: canonical rows → Parquet file, block root, manifest. A sealed file is never written again."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import numpy as np
import pyarrow as pa

from tartip.engines.errors import expect
from tartip.engines.months.blocks import block_leaves, block_root
from tartip.engines.months.canonical import conform, sorted_by_id
from tartip.engines.months.draft import Draft, check_turn
from tartip.engines.months.errors import BadManifest, BadMonth
from tartip.engines.months.folder import SealedMonths
from tartip.engines.months.manifest import BLOCK_ROWS, Manifest
from tartip.engines.months.month import Month
from tartip.engines.months.parquet import WRITER, write_parquet
from tartip.engines.months.schema import WITHDRAWN, MonthSchema
from tartip.engines.months.sums import control_sums
from tartip.engines.months.supplements import check_newer


def seal_month(
    records: Any,
    schema: MonthSchema,
    month: Month,
    folder: Path | str,
    *,
    supplement: int = 0,
    withdrawn: Any = None,
    as_of: tuple[int, int] | None = None,
) -> Manifest:
    """Seal the records of a month, or with `supplement` 1, 2, … what came or changed after it was sealed.

    records: Arrow Table, RecordBatch or RecordBatchReader with the columns of the schema, rows in any order, each id
    once. withdrawn: rows that no longer belong to the month, with their new version (see `rows_to_withdraw`).
    as_of: the size of the journal up to which records were counted, and how many the month holds with this part.
    Two files appear in `folder`, `NAME.parquet` and `NAME.manifest.json`, or none. Rows already in the order of their
    ids are sealed without sorting: 2 million rows take about 0.4 s.
    Raises ColumnsDiffer, WrongType, WrongValue, OutsideMonth, RepeatedRecord, NotNewer, NotSealed, AlreadySealed,
    BadMonth for what is no Month, BadManifest for a `supplement` or `as_of` that is no count.
    """
    # Here and in `_draft`: a manifest that could not be read back would stand in the way of every later month.
    if as_of is not None and not (
        isinstance(as_of, tuple | list) and len(as_of) == 2 and all(type(n) is int and 0 <= n < 2**53 for n in as_of)
    ):
        raise BadManifest("as_of", str(month), "must be two whole numbers from 0")
    draft = _draft(records, schema, month, Path(folder), supplement, withdrawn)
    if as_of is not None:
        draft = replace(draft, manifest=replace(draft.manifest, as_of=as_of[0], records=as_of[1]))
    return draft.publish()


def seal_months(
    parts: Iterable[tuple[Month, Any]], schema: MonthSchema, folder: Path | str, *, workers: int = 2
) -> list[Manifest]:
    """Seal many months, `workers` at a time, in the given order: an import of years, or a rebuilt archive.

    parts: month and its records; taken one by one, at most `workers` + 1 are held. An error ends it: the months before
    the faulty one stay sealed, nothing of it or after it is left.
    """
    manifests: list[Manifest] = []
    drafts: deque[Future[Draft]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for month, records in parts:
                drafts.append(pool.submit(_draft, records, schema, month, Path(folder), 0, None))
                if len(drafts) > workers:
                    manifests.append(drafts.popleft().result().publish())
            while drafts:
                manifests.append(drafts.popleft().result().publish())
        finally:
            for future in drafts:
                if not future.cancel() and future.exception() is None:
                    future.result().discard()
    return manifests


def _draft(records: Any, schema: MonthSchema, month: Month, folder: Path, supplement: int, withdrawn: Any) -> Draft:
    expect("schema", schema, MonthSchema)
    if not isinstance(month, Month):
        raise BadMonth("month", type(month).__name__, "must be a Month")
    if type(supplement) is not int or supplement < 0:
        raise BadManifest("supplement", str(month), "must be a whole number from 0")
    folder.mkdir(parents=True, exist_ok=True)
    sealed = SealedMonths.read(folder, schema.register)
    check_turn(sealed, month, supplement, schema.register)
    table = _flagged(conform(records, schema, month), 0)
    if withdrawn is not None:
        gone = _flagged(conform(withdrawn, schema, month), 1)
        table = sorted_by_id(pa.concat_tables([table, gone]), schema)
    if supplement or withdrawn is not None:
        check_newer(table, schema, sealed, sealed.parts(month))
    handle, name = mkstemp(prefix=".sealing-", dir=folder)
    os.close(handle)
    path = Path(name)
    try:
        return Draft(folder, path, _written(table, schema, month, supplement, path))
    except BaseException:
        path.unlink()
        raise


def _flagged(table: pa.Table, flag: int) -> pa.Table:
    flags = pa.array(np.full(table.num_rows, flag, np.int8))
    return table.append_column(pa.field(WITHDRAWN, pa.int8(), nullable=False), flags)


def _written(table: pa.Table, schema: MonthSchema, month: Month, supplement: int, path: Path) -> Manifest:
    # The hashes of the rows and the Parquet file are made side by side: neither needs the other.
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(_write, table, schema, path)
        root = block_root(block_leaves(table, schema))
        sums = control_sums(table, schema)
        file_bytes, digest = writing.result()
    return Manifest(
        month=month,
        supplement=supplement,
        number=0,
        schema=schema,
        rows=table.num_rows,
        withdrawn=sums[WITHDRAWN],
        sums=sums,
        file_bytes=file_bytes,
        file_sha256=digest,
        block_rows=BLOCK_ROWS,
        root=root.hex(),
        previous=None,
        writer=WRITER,
    )


def _write(table: pa.Table, schema: MonthSchema, path: Path) -> tuple[int, str]:
    write_parquet(table, path, schema)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return path.stat().st_size, file_digest(file, "sha256").hexdigest()
