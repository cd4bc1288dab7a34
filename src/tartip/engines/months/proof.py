"""Proof that one record stands in a sealed month: its block of 1,024 rows and the path to the root.

The block shows its neighbours too: this proof is for an auditor who may read the register. A citizen's own receipt
goes through the journal, where every record has its own leaf.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from typing import Any

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.merkle import TileKey, inclusion_proof, leaf_hash, tiles_after, verify_inclusion
from tartip.engines.merkle.hashing import is_count
from tartip.engines.merkle.keys import decode_base64
from tartip.engines.merkle.tiles import Tiles
from tartip.engines.months.errors import NoSuchRecord
from tartip.engines.months.folder import SealedMonths
from tartip.engines.months.manifest import BLOCK_ROWS, Manifest
from tartip.engines.months.month import Month
from tartip.engines.months.rows import read_block
from tartip.engines.months.schema import WITHDRAWN

FORMAT = "tartip-row/1"
_FIELDS = {"format", "manifest", "block", "row", "data", "path"}


@dataclass(frozen=True, slots=True)
class RecordProof:
    """Row `row` of block `block` of the file of `manifest`; `path` holds the sibling hashes from the leaf upwards."""

    manifest: Manifest
    block: int
    row: int
    data: bytes
    path: tuple[bytes, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "manifest": self.manifest.as_json(),
            "block": self.block,
            "row": self.row,
            "data": b64encode(self.data).decode("ascii"),
            "path": [h.hex() for h in self.path],
        }

    @classmethod
    def from_json(cls, data: Any) -> RecordProof:
        """Raises BadInput if it is not of format tartip-row/1, every field spelled as `as_json` spells it."""
        try:
            if data["format"] != FORMAT or type(data["block"]) is not int or type(data["row"]) is not int:
                raise ValueError
            path = tuple(bytes.fromhex(h) for h in data["path"])
            block = decode_base64(data["data"])
            proof = cls(Manifest.from_json(data["manifest"]), data["block"], data["row"], block, path)
            if proof.as_json()["path"] != data["path"] or set(data) != _FIELDS:
                raise ValueError("a field is written in another way")
        except (KeyError, TypeError, ValueError, AttributeError, EngineError) as error:
            raise BadInput("proof", "record", f"is not {FORMAT}: {str(error)[:200]}") from None
        return proof


def prove_record(sealed: SealedMonths, month: Month, id: Any) -> RecordProof:
    """The newest sealed state of the record in this month, a withdrawal included.

    id: int, or 16 bytes for a uuid. Reads and hashes the whole file: about 0.3 s for 2 million rows.
    Raises NotSealed, NoSuchRecord, FileChanged.
    """
    from tartip.engines.months.blocks import block_leaves, blocks
    from tartip.engines.months.parquet import read_parquet
    from tartip.engines.months.supplements import find_row, shown

    for manifest in reversed(sealed.of([month]).manifests):
        table = read_parquet(sealed.folder, manifest)
        place = find_row(table, manifest.schema, id)
        if place is not None:
            block, row = divmod(place, BLOCK_ROWS)
            leaves = block_leaves(table, manifest.schema)
            tiles = tiles_after({}, 0, leaves).changed
            path = inclusion_proof(block, len(leaves), partial(_all, tiles))
            (data,) = blocks(table.slice(block * BLOCK_ROWS, BLOCK_ROWS), manifest.schema)
            return RecordProof(manifest, block, row, data, tuple(path))
    raise NoSuchRecord(shown(id), str(month))


def _all(tiles: Tiles, keys: list[TileKey]) -> Tiles:
    return tiles


def verify_record(proof: RecordProof) -> dict[str, Any]:
    """The record's columns as sealed under `proof.manifest`, whose hash the caller must trust (from the journal).

    Raises InvalidProof, BadInput. Needs no file and no library but hashlib.
    """
    manifest = proof.manifest
    count = -(-manifest.rows // BLOCK_ROWS)
    verify_inclusion(leaf_hash(proof.data), proof.block, count, proof.path, bytes.fromhex(manifest.root))
    # How many rows the block says to hold is not believed: a forged number could fill the reader's memory.
    held = min(BLOCK_ROWS, manifest.rows - proof.block * BLOCK_ROWS)
    if proof.data[:4] != held.to_bytes(4, "little"):
        raise BadInput("block", proof.block, f"must hold {held} rows")
    rows = read_block(proof.data, manifest.schema.sealed_columns)
    if not is_count(proof.row, held):
        raise BadInput("row", type(proof.row).__name__, f"must be a row of a block of {held}")
    row = rows[proof.row]
    row[WITHDRAWN] = bool(row[WITHDRAWN])
    return row
