"""Seal 26,595 real police calls, prove one of them, see what a proof costs: var/examples/merkle.png."""

import csv
from pathlib import Path

import matplotlib.pyplot as plt

from tartip.engines import merkle

root = Path(__file__).parents[2]
file = root.parent / "shared/data/calls/san_diego_2023_01.csv"  # where it is absent, made calls do
lines = file.read_text().splitlines() if file.exists() else ["incident_num", *(f"E{n}" for n in range(26_595))]
calls = list(csv.DictReader(lines))
salt = bytes(merkle.SALT_SIZE)  # a real entry takes 16 fresh random bytes


def leaf(number: int, call: dict[str, str]) -> bytes:
    return merkle.entry_leaf({"act": "call.receive", "id": str(number)}, merkle.payload_hash(salt, call))


log = merkle.tiles_after({}, 0, [leaf(n, call) for n, call in enumerate(calls)])
key = merkle.SigningKey("example.kz/journal", bytes(32))
note = merkle.sign_checkpoint(merkle.Checkpoint(key.name, log.size, log.root), key)
signed = merkle.open_checkpoint(note, [key.verifier]).checkpoint


def proof(index: int, size: int) -> list[bytes]:
    return merkle.inclusion_proof(index, size, lambda keys: {key: log.changed[key] for key in keys})


for call in (calls[12_345], {**calls[12_345], "call_type": "FORGED"}):
    try:
        merkle.verify_inclusion(leaf(12_345, call), 12_345, signed.size, proof(12_345, signed.size), signed.root)
        print(f"The call is one of {signed.size:,} sealed ones.")
    except merkle.InvalidProof as error:
        print(error)

sizes = [2**n for n in range(1, 15)] + [log.size]
plt.loglog(sizes, [sum(len(str(call)) for call in calls[:n]) for n in sizes], "o-", label="to show every call")
plt.loglog(sizes, [32 * len(proof(0, n)) for n in sizes], "o-", label="to prove that one call is among them")
plt.xlabel("calls in the log")
plt.ylabel("bytes")
plt.legend()
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/merkle.png", dpi=120)
