"""The sealed log: RFC 6962 tree in tiles, proofs, signed checkpoints, leaves of journal entries, time stamps."""

from __future__ import annotations

from tartip.engines.merkle.canonical import canonical_json, read_json
from tartip.engines.merkle.checkpoint import Checkpoint, OpenedCheckpoint, cosign, open_checkpoint, sign_checkpoint
from tartip.engines.merkle.entry import SALT_SIZE, entry_data, entry_leaf, payload_hash
from tartip.engines.merkle.errors import (
    BadKey,
    BadNote,
    BadSignature,
    BadStamp,
    BadTile,
    InvalidProof,
    NotCanonical,
    NotTrusted,
    TileMissing,
)
from tartip.engines.merkle.growth import Growth, check_edge, edge_root, tile_root, tiles_after
from tartip.engines.merkle.hashing import EMPTY_ROOT, HASH_SIZE, leaf_hash, node_hash
from tartip.engines.merkle.keys import Kind, Signature, SigningKey, VerifierKey
from tartip.engines.merkle.note import Note, Signed, format_note, open_note, parse_note, sign_note
from tartip.engines.merkle.proof import root_from_inclusion, verify_consistency, verify_inclusion
from tartip.engines.merkle.prove import consistency_proof, inclusion_proof, root_from_tiles
from tartip.engines.merkle.stamp import Stamp, StampRequest, request_stamp, verify_stamp
from tartip.engines.merkle.tiles import TileKey, edge_keys, tile_path, tile_width
from tartip.engines.merkle.tree import Tree

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "SALT_SIZE",
    "BadKey",
    "BadNote",
    "BadSignature",
    "BadStamp",
    "BadTile",
    "Checkpoint",
    "Growth",
    "InvalidProof",
    "Kind",
    "NotCanonical",
    "NotTrusted",
    "Note",
    "OpenedCheckpoint",
    "Signature",
    "Signed",
    "SigningKey",
    "Stamp",
    "StampRequest",
    "TileKey",
    "TileMissing",
    "Tree",
    "VerifierKey",
    "canonical_json",
    "check_edge",
    "consistency_proof",
    "cosign",
    "edge_keys",
    "edge_root",
    "entry_data",
    "entry_leaf",
    "format_note",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "parse_note",
    "payload_hash",
    "read_json",
    "request_stamp",
    "root_from_inclusion",
    "root_from_tiles",
    "sign_checkpoint",
    "sign_note",
    "tile_path",
    "tile_root",
    "tile_width",
    "tiles_after",
    "verify_consistency",
    "verify_inclusion",
    "verify_stamp",
]
