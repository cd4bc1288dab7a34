"""Pairing of Parquet files of any size in bounded memory: blocks of plates, one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tartip.engines.errors import BadInput, expect
from tartip.engines.pairing.batch import pair_passes
from tartip.engines.pairing.params import PairingParams
from tartip.engines.pairing.partition import Parts, partition
from tartip.engines.pairing.reads import PASSES, BadPasses, reads_of
from tartip.engines.pairing.result import Pairs
from tartip.engines.pairing.rule import Rules
from tartip.engines.pairing.sections import Sections
from tartip.engines.pairing.spill import Spill
from tartip.engines.pairing.workers import run_ahead

if TYPE_CHECKING:
    import pyarrow.parquet as pq

BLOCK = 1 << 20  # reads per block; two blocks are in work at a time
BATCH = 1 << 19  # reads decoded at a time


def pair_parquet(
    sources: Sequence[Path],
    sections: Sections,
    params: PairingParams = PairingParams(),
    *,
    folder: Path | None = None,
    block: int = BLOCK,
) -> Iterator[Pairs]:
    """The pairs and suspects of all files together, block of plates by block of plates.

    Rows are numbered through the files in the given order, so the union of the blocks equals `pair_passes` of the
    files joined. Memory grows with `block`, not with the files; working files (24 bytes per read) lie in `folder` or in
    the system's temporary folder and are removed. A generator: it reads, and raises, when the first block is asked for:
    BadPasses naming the file, column and row; UnknownSection; BadInput for anything but a list of paths.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if isinstance(sources, str | bytes | Path):
        raise BadInput("sources", sources, "must be a list of paths, not one path")
    expect("sections", sections, Sections)
    files = [_open(pq, path) for path in sources]
    rows = sum(file.metadata.num_rows for file in files)
    bits = max(0, (rows // max(1, block)).bit_length())
    if not bits:
        parts = [pa.Table.from_batches([batch]) for _, batch in _batches(files, sources)]
        yield pair_passes(pa.concat_tables([PASSES.empty_table(), *parts]), sections, params)
        return
    rules = Rules.of(sections, params)
    with tempfile.TemporaryDirectory(dir=folder, prefix="pairing-") as work:
        spill = Spill(Path(work), bits)

        def divide(item: tuple[int, Any]) -> tuple[int, Parts]:
            first_row, batch = item
            return first_row, partition(reads_of(batch, first_row), rules, bits, threads=1, first_row=first_row)

        for first_row, divided in run_ahead(divide, _batches(files, sources), 2):
            spill.write(divided, first_row)
        yield from run_ahead(lambda b: spill.judge(b, rules), spill.blocks(), 2)


def _open(pq: Any, path: Path) -> pq.ParquetFile:
    import pyarrow as pa

    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise BadPasses("file", path, f"is not readable Parquet ({error})") from error
    try:
        reads_of(file.schema_arrow.empty_table())
    except BadPasses as error:
        raise BadPasses(error.fields["what"], path, error.fields["rule"]) from None
    return file


def _batches(files: Iterable[pq.ParquetFile], sources: Sequence[Path]) -> Iterator[tuple[int, Any]]:
    """Record batches with the number of their first row."""
    import pyarrow as pa

    first = 0
    for file, path in zip(files, sources, strict=True):
        try:
            for batch in file.iter_batches(batch_size=BATCH, columns=PASSES.names):
                yield first, batch
                first += batch.num_rows
        except (OSError, pa.ArrowException) as error:
            raise BadPasses("file", path, f"is damaged ({error})") from error
