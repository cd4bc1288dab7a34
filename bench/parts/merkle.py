"""Timing of the sealed log without a database: sealing leaves into tiles, proofs, verification. Used by `seal`."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from functools import partial
from statistics import median

from bench.contract import percentile, seconds
from tartip.engines.merkle import (
    SALT_SIZE,
    Checkpoint,
    SigningKey,
    TileKey,
    consistency_proof,
    entry_leaf,
    inclusion_proof,
    payload_hash,
    sign_checkpoint,
    tiles_after,
    verify_inclusion,
)
from tartip.engines.merkle.tiles import rows_of

KEY = SigningKey("bench.example/log", bytes(32))
SALT = bytes(SALT_SIZE)
HEADER = {
    "act": "incident.dispatch", "actor": "0190f1c2-7b4a-7c3e-8d5f-0123456789ab", "cause": None, "edition": "2025-01-01",
    "ground": "order-706", "id": "0190f1c2-7b4a-7c3e-8d5f-0123456789ab", "occurred_at": "2026-03-01T10:00:00.000000Z",
    "on_behalf": "", "origin": 1, "purpose": "", "recorded_at": "2026-03-01T10:00:00.000000Z", "register": "incident",
    "role": "dispatcher", "subject": "0190f1c2-7b4a-7c3e-8d5f-0123456789ab", "territory": "751110000", "version": 3,
}  # fmt: skip
PAYLOAD = {"state": "dispatched", "unit": "0190f1c2-7b4a-7c3e-8d5f-0123456789ab", "reason": "жақын", "priority": 2}


class MemoryLog:
    """A log of `size` leaves whose tiles lie in memory."""

    def __init__(self, size: int) -> None:
        self.leaves = [payload_hash(SALT, {"n": n}) for n in range(size)]
        self.growth = tiles_after({}, 0, self.leaves)

    def read(self, keys: list[TileKey]) -> dict[TileKey, bytes]:
        return {key: self.growth.changed[key] for key in keys}


def sealing(log: MemoryLog, batch: int = 1000) -> dict[str, float]:
    """Leaves per second: at once, in batches, and from header and payload on."""

    def in_batches() -> None:
        growth = tiles_after({}, 0, [])
        for start in range(0, len(log.leaves), batch):
            growth = tiles_after(growth.edge, growth.size, log.leaves[start : start + batch])

    count = len(log.leaves)
    hashing = [seconds(lambda: entry_leaf(HEADER, payload_hash(SALT, PAYLOAD))) for _ in range(2000)]
    return {
        "leaves_per_s": count / _median(lambda: tiles_after({}, 0, log.leaves)),
        "leaves_in_batches_per_s": count / _median(in_batches),
        "entries_hashed_per_s": 1 / median(hashing),
    }


def proofs(log: MemoryLog, tries: int = 200, seed: int = 1) -> dict[str, float]:
    """Milliseconds per proof at random places; cold forgets every computed node before each one."""
    size, chance = len(log.leaves), random.Random(seed)
    cold, warm, grown, checked = [], [], [], []
    for index in (chance.randrange(size) for _ in range(tries)):
        rows_of.cache_clear()
        cold.append(seconds(partial(inclusion_proof, index, size, log.read)))
    for index in (chance.randrange(size) for _ in range(tries)):
        path = inclusion_proof(index, size, log.read)
        warm.append(seconds(lambda: inclusion_proof(chance.randrange(size), size, log.read)))
        grown.append(seconds(partial(consistency_proof, index + 1, size, log.read)))
        checked.append(seconds(partial(verify_inclusion, log.leaves[index], index, size, path, log.growth.root)))
    return {
        "proof_cold_ms": median(cold) * 1e3,
        "proof_ms": median(warm) * 1e3,
        "proof_p99_ms": percentile(warm, 0.99) * 1e3,
        "consistency_ms": median(grown) * 1e3,
        "check_proof_ms": median(checked) * 1e3,
    }


def verifying(log: MemoryLog, tries: int = 50) -> dict[str, float]:
    """Milliseconds for one whole `verify` of a receipt, and for signing one checkpoint."""
    from tartip.verify import verify_bytes

    hashed = payload_hash(SALT, PAYLOAD)
    growth = tiles_after(log.growth.edge, log.growth.size, [entry_leaf(HEADER, hashed)])
    tiles = {**log.growth.changed, **growth.changed}
    path = inclusion_proof(growth.size - 1, growth.size, lambda keys: {key: tiles[key] for key in keys})
    checkpoint = Checkpoint(KEY.name, growth.size, growth.root)
    receipt = {
        "format": "tartip-receipt/1", "entry": HEADER, "payload": PAYLOAD, "salt": _b64(SALT),
        "payload_hash": _b64(hashed), "index": growth.size - 1, "inclusion": [_b64(h) for h in path],
        "checkpoint": sign_checkpoint(checkpoint, KEY), "keys": [],
    }  # fmt: skip
    data, key = json.dumps(receipt).encode(), str(KEY.verifier)
    assert verify_bytes(data, [key]).ok
    return {
        "verify_ms": median(seconds(lambda: verify_bytes(data, [key])) for _ in range(tries)) * 1e3,
        "sign_checkpoint_ms": median(seconds(lambda: sign_checkpoint(checkpoint, KEY)) for _ in range(tries)) * 1e3,
    }


def _median(work: Callable[[], object], runs: int = 3) -> float:
    return median(seconds(work) for _ in range(runs))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    memory = MemoryLog(1_000_000)
    for name, value in {**sealing(memory), **proofs(memory), **verifying(memory)}.items():
        print(f"{name:>26}  {value:>14,.4g}")
