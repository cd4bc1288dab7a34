"""Working files of the Parquet path: one per block of plates, so that only blocks in work are in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tartip.engines.pairing.batch import judge_all, parts_for
from tartip.engines.pairing.groups import RECORD
from tartip.engines.pairing.partition import Parts, partition_again
from tartip.engines.pairing.result import Pairs
from tartip.engines.pairing.rule import Rules


@dataclass(slots=True)
class Spill:
    """Blocks 0 to 2^bits - 1 in a folder; each file is a row of segments of records."""

    folder: Path
    bits: int
    segments: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # block -> (records, first row) each

    def write(self, parts: Parts, first_row: int) -> None:
        """Append every part to the file of its block; `first_row` is the row of the record with row 0."""
        for block in range(1 << self.bits):
            records = parts.records[parts.bounds[block] : parts.bounds[block + 1]]
            if len(records):
                with open(self._path(block), "ab") as file:
                    file.write(records.data.cast("B"))
                self.segments.setdefault(block, []).append((len(records), first_row))

    def blocks(self) -> list[int]:
        return sorted(self.segments)

    def judge(self, block: int, rules: Rules) -> Pairs:
        """The pairs and suspects of a block; its file is removed."""
        segments = self.segments[block]
        n = sum(size for size, _ in segments)
        records = np.fromfile(self._path(block), RECORD)
        if len(records) != n:
            raise OSError(f"{self._path(block)} does not hold what was written to it")
        self._path(block).unlink()
        names = np.repeat([first for _, first in segments], [size for size, _ in segments]) + records["row"]
        records["row"] = np.arange(n)
        return judge_all(partition_again(records, parts_for(n), skip=self.bits), names, rules, threads=1)

    def _path(self, block: int) -> Path:
        return self.folder / f"block-{block}"
