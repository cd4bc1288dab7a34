"""docs/formats.md promises a worked example: its receipt verifies and its hashes are the ones written there."""

from __future__ import annotations

import base64
import json

from tartip.engines.merkle import VerifierKey, canonical_json, entry_leaf, parse_note, root_from_inclusion
from tartip.engines.merkle.tests.helpers import REPOSITORY
from tartip.verify import verify_bytes

PAGE = (REPOSITORY / "docs" / "formats.md").read_text("utf-8")
RECEIPT = PAGE.split("```json\n")[1].split("```")[0]


def test_the_receipt_of_the_documentation_verifies() -> None:
    assert verify_bytes(RECEIPT.encode(), json.loads(RECEIPT)["keys"]).ok


def test_every_hash_of_the_worked_example_is_right() -> None:
    receipt = json.loads(RECEIPT)
    hashed = base64.b64decode(receipt["payload_hash"])
    path = [base64.b64decode(h) for h in receipt["inclusion"]]
    leaf = entry_leaf(receipt["entry"], hashed)
    root = root_from_inclusion(leaf, 1, 3, path)
    key = VerifierKey.parse(receipt["keys"][0])
    for value in (hashed, leaf, *path, root, key.public, key.key_id, base64.b64decode(receipt["salt"])):
        assert value.hex() in PAGE
    assert canonical_json(receipt["payload"]).decode() in PAGE
    assert base64.b64encode(root).decode() in parse_note(receipt["checkpoint"]).text
