"""What is said, and journaled, about one sealed file: format `tartip-month/2`, canonical JSON (RFC 8785)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tartip.engines.errors import EngineError
from tartip.engines.merkle import canonical_json
from tartip.engines.months.errors import BadManifest, shorten
from tartip.engines.months.month import Month
from tartip.engines.months.schema import INTEGERS, WITHDRAWN, MonthSchema

FORMAT, FORMAT_AS_OF = "tartip-month/1", "tartip-month/2"
BLOCK_ROWS = 1024
# Sixty times the largest register's month: a manifest that names more would only fill the reader's memory.
MAX_ROWS = 2**27
_HASH = re.compile(r"[0-9a-f]{64}")


def part_name(register: str, month: Month, supplement: int) -> str:
    """Stem of the files of a month or its supplement: `offences-2025-03`, `offences-2025-03-s02`."""
    return f"{register}-{month}" + (f"-s{supplement:02}" if supplement else "")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One sealed file: the month (supplement 0) or a later supplement of it.

    `file_sha256` is the hash of the Parquet file, `root` that of its rows whatever the writer (see blocks.py); both
    hex. `sums` are the control sums of the integer columns. `number` counts the register's manifests from 0 in the
    order of sealing and `previous` is the hash of the one before, so that none can be taken out unseen.

    `as_of` is the size of the journal up to which records were counted: every record whose first entry has a smaller
    index and which lies in the month is in this file or an earlier part, `records` in all. Both are None for files
    sealed without a journal (format tartip-month/1).
    """

    month: Month
    supplement: int
    number: int
    schema: MonthSchema
    rows: int
    withdrawn: int
    sums: Mapping[str, int]
    file_bytes: int
    file_sha256: str
    block_rows: int
    root: str
    previous: str | None
    writer: str
    as_of: int | None = None
    records: int | None = None

    @property
    def register(self) -> str:
        return self.schema.register

    @property
    def name(self) -> str:
        return part_name(self.register, self.month, self.supplement)

    @property
    def file(self) -> str:
        """Name of the Parquet file, beside the manifest."""
        return f"{self.name}.parquet"

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT if self.as_of is None else FORMAT_AS_OF,
            **({} if self.as_of is None else {"as_of": self.as_of, "records": self.records}),
            "register": self.register,
            "month": str(self.month),
            "supplement": self.supplement,
            "number": self.number,
            "schema": self.schema.as_json(),
            "schema_sha256": self.schema.sha256,
            "rows": self.rows,
            "withdrawn": self.withdrawn,
            "sums": {name: str(value) for name, value in self.sums.items()},
            "file": self.file,
            "file_bytes": self.file_bytes,
            "file_sha256": self.file_sha256,
            "block_rows": self.block_rows,
            "root": self.root,
            "previous": self.previous,
            "writer": self.writer,
        }

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON, hex: what the journal and every figure receipt name."""
        return sha256(canonical_json(self.as_json())).hexdigest()

    @classmethod
    def from_json(cls, data: Any) -> Manifest:
        """Read strictly: every field as `as_json` writes it and nothing else. Raises BadManifest."""
        try:
            schema = MonthSchema.from_json(data["schema"])
            manifest = cls(
                Month.parse(data["month"]),
                schema=schema,
                sums={name: int(text) for name, text in data["sums"].items()},
                **{name: data[name] for name in _PLAIN},
                **({name: data[name] for name in _AS_OF} if data["format"] == FORMAT_AS_OF else {}),
            )
            same = canonical_json(manifest.as_json()) == canonical_json(data)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, EngineError) as error:
            raise BadManifest("manifest", _where(data), f"is not {FORMAT}: {str(error)[:200]}") from None
        hashes = [manifest.file_sha256, manifest.root, *([] if manifest.previous is None else [manifest.previous])]
        counts: tuple[Any, ...] = (
            manifest.supplement,
            manifest.number,
            manifest.rows,
            manifest.withdrawn,
            manifest.file_bytes,
        )
        if manifest.as_of is not None or manifest.records is not None:
            counts = (*counts, manifest.as_of, manifest.records)
        if not same or not all(type(h) is str and _HASH.fullmatch(h) for h in hashes):
            raise BadManifest("manifest", _where(data), "a field is not written as it must be")
        if not all(type(n) is int and 0 <= n < 2**53 for n in counts) or manifest.block_rows != BLOCK_ROWS:
            raise BadManifest("manifest", _where(data), "a count is not a whole number from 0")
        if manifest.rows > MAX_ROWS or manifest.withdrawn > manifest.rows or type(manifest.writer) is not str:
            raise BadManifest("manifest", _where(data), "too many rows or withdrawn, or an unnamed writer")
        summed = {c.name for c in schema.sealed_columns if c.kind in INTEGERS and c.name != schema.id}
        if set(manifest.sums) != summed or manifest.sums[WITHDRAWN] != manifest.withdrawn:
            raise BadManifest("manifest", _where(data), "the control sums are not those of its columns")
        return manifest


_PLAIN = (
    *("supplement", "number", "rows", "withdrawn", "file_bytes", "file_sha256"),
    *("block_rows", "root", "previous", "writer"),
)
_AS_OF = ("as_of", "records")


def _where(data: Any) -> str:
    return shorten(data.get("file", "?")) if isinstance(data, Mapping) else "?"
