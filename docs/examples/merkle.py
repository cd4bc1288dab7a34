"""Seal 26,595 real police calls, prove one of them, see what a proof costs: var/examples/merkle.png."""

import csv
from pathlib import Path

import matplotlib.pyplot as plt

from tartip.engines import merkle

calls_file = Path(__file__).parents[3] / "shared/data/calls/san_diego_2023_01.csv"
if calls_file.exists():
    calls = list(csv.DictReader(calls_file.open(encoding="utf-8")))
else:  # made calls where the shared data is absent
    calls = [{"incident_num": f"E{n:011}", "call_type": "CW"} for n in range(26_595)]

# An entry is a public header and a payload of which only the salted hash is sealed.
salt = bytes(merkle.SALT_SIZE)  # real entries each take 16 fresh random bytes
headers = [{"act": "call.receive", "id": str(n), "version": 1} for n in range(len(calls))]
hashes = [merkle.payload_hash(salt, call) for call in calls]
leaves = [merkle.entry_leaf(header, hashed) for header, hashed in zip(headers, hashes, strict=True)]

# Sealing writes tiles; a log key signs the root. A proof reads a handful of tiles in one call.
log = merkle.tiles_after({}, 0, leaves)
key = merkle.SigningKey("example.kz/journal", bytes(32))
note = merkle.sign_checkpoint(merkle.Checkpoint(key.name, log.size, log.root), key)
proof = merkle.inclusion_proof(12_345, log.size, lambda keys: {k: log.changed[k] for k in keys})
signed = merkle.open_checkpoint(note, [key.verifier]).checkpoint
merkle.verify_inclusion(leaves[12_345], 12_345, signed.size, proof, signed.root)
print(f"call 12,345 is one of {signed.size:,} sealed calls: {len(proof)} hashes prove it")

try:  # somebody rewrites the call afterwards
    forged = merkle.entry_leaf(headers[12_345], merkle.payload_hash(salt, {**calls[12_345], "call_type": "FORGED"}))
    merkle.verify_inclusion(forged, 12_345, signed.size, proof, signed.root)
except merkle.InvalidProof as error:
    print(error)

sizes = [2**n for n in range(1, 15)] + [log.size]
cost = [32 * len(merkle.inclusion_proof(0, n, lambda keys: {k: log.changed[k] for k in keys})) for n in sizes]
plt.loglog(sizes, [sum(len(str(call)) for call in calls[:n]) for n in sizes], "o-", label="to show every call")
plt.loglog(sizes, cost, "o-", label="to prove that one call is among them")
plt.xlabel("calls in the log")
plt.ylabel("bytes")
plt.legend()
picture = Path(__file__).parents[2] / "var/examples/merkle.png"
picture.parent.mkdir(parents=True, exist_ok=True)
plt.savefig(picture, dpi=120)
print(picture)
