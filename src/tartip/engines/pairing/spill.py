"""Working files of the Parquet path: one per block of plates, so that only blocks in work are in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tartip.engines.pairing.deal import Dealt
from tartip.engines.pairing.reads import Reads


@dataclass(slots=True)
class Spill:
    """Blocks 0 to 2^bits - 1 in a folder; each file is a row of segments plate | when | row | section."""

    folder: Path
    bits: int
    segments: dict[int, list[int]] = field(default_factory=dict)  # block -> sizes

    def write(self, dealt: Dealt, bounds: npt.NDArray[np.int32]) -> None:
        """Append every bucket of `dealt` to the file of its block."""
        for block in range(1 << self.bits):
            part = slice(int(bounds[block]), int(bounds[block + 1]))
            if part.start == part.stop:
                continue
            with open(self._path(block), "ab") as file:
                for column in (dealt.plate, dealt.when, dealt.row, dealt.section):
                    file.write(column[part].data)
            self.segments.setdefault(block, []).append(part.stop - part.start)

    def blocks(self) -> list[int]:
        return sorted(self.segments)

    def read(self, block: int) -> Reads:
        """All reads of a block in the order they were written; its file is removed."""
        sizes = self.segments[block]
        n = sum(sizes)
        plate, when, row = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
        section = np.empty(n, np.int32)
        done = 0
        with open(self._path(block), "rb") as file:
            for size in sizes:
                for column in (plate, when, row, section):
                    _fill(file, column[done : done + size])
                done += size
        self._path(block).unlink()
        at, side = when >> 1, (when & 1).astype(np.int8)
        sealed: list[npt.NDArray[Any]] = [plate, section, at, side]
        for values in sealed:
            values.flags.writeable = False  # like the views of an Arrow table: one compiled function serves both
        return Reads(plate, section, at, side, row)

    def _path(self, block: int) -> Path:
        return self.folder / f"block-{block}"


def _fill(file: Any, column: npt.NDArray[Any]) -> None:
    if file.readinto(column.data.cast("B")) != column.nbytes:
        raise OSError(f"{file.name} is shorter than what was written to it")
