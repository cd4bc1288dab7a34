"""What can be done to a receipt, and which steps must then fail."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from tartip.engines.merkle import Checkpoint, sign_checkpoint
from tartip.verify.tests.make import LOG, b64, changed

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
Change = Callable[[dict[str, Any]], dict[str, Any]]


def _payload(**fields: Any) -> Change:
    return lambda d: {**d, "payload": {**d["payload"], **fields}}


def _entry(**fields: Any) -> Change:
    return lambda d: {**d, "entry": {**d["entry"], **fields}}


def _note(old: str, new: str) -> Change:
    return lambda d: {**d, "checkpoint": d["checkpoint"].replace(old, new)}


def _flip_signature(d: dict[str, Any], place: int) -> dict[str, Any]:
    """One bit of the log's signature line, the sixth word of the note."""
    line = d["checkpoint"].split()[5]
    return _note(line, _flip(line, place))(d)


def _flip(text: str, place: int) -> str:
    data = bytearray(base64.b64decode(text))
    data[place] ^= 1
    return b64(bytes(data))


def _loosen(text: str) -> str:
    """The same 32 bytes in a second spelling: the last letter before the padding has two unused bits."""
    other = text[:-2] + ALPHABET[ALPHABET.index(text[-2]) ^ 1] + "="
    assert base64.b64decode(other) == base64.b64decode(text)
    return other


# What was done to the receipt -> steps that must fail ("read": it is no receipt any more).
TAMPERED: dict[str, tuple[Change, set[str]]] = {
    "content of another value": (_payload(unit=8), {"content"}),
    "content with one field more": (_payload(x=None), {"content"}),
    "content with one field less": (
        lambda d: {**d, "payload": {k: v for k, v in d["payload"].items() if k != "notes"}},
        {"content"},
    ),
    "number turned into text": (_payload(unit="137"), {"content"}),
    "true turned into 1": (_payload(**{"😀": 1}), {"content"}),
    "another salt": (changed(salt=b64(bytes(16))), {"content"}),
    "another content hash": (changed(payload_hash=b64(bytes(32))), {"content", "inclusion"}),
    "another act": (_entry(act="incident.close"), {"inclusion"}),
    "entry with one field more": (_entry(x=1), {"inclusion"}),
    "neighbour's place": (changed(index=136), {"inclusion"}),
    "place outside the log": (changed(index=300), {"inclusion"}),
    "place before the log": (changed(index=-1), {"inclusion"}),
    "huge place": (changed(index=2**53 - 1), {"inclusion"}),
    "proof one hash short": (lambda d: {**d, "inclusion": d["inclusion"][:-1]}, {"inclusion"}),
    "proof one hash long": (lambda d: {**d, "inclusion": [*d["inclusion"], d["payload_hash"]]}, {"inclusion"}),
    "no proof": (changed(inclusion=[]), {"inclusion"}),
    "one bit of the proof": (
        lambda d: {**d, "inclusion": [_flip(d["inclusion"][0], 5), *d["inclusion"][1:]]},
        {"inclusion"},
    ),
    "larger log": (_note("\n300\n", "\n301\n"), {"signature"}),
    "another root": (
        lambda d: {**d, "checkpoint": d["checkpoint"].replace(d["checkpoint"].split("\n")[2], b64(bytes(32)))},
        {"signature", "inclusion"},
    ),
    "renamed log": (_note("example/log\n", "example/l0g\n"), {"signature"}),
    "another signature": (
        lambda d: _flip_signature(d, 60),
        {"signature"},
    ),
    "signature of another key id": (
        lambda d: _flip_signature(d, 0),
        {"signature"},
    ),
    "checkpoint without signature lines": (
        lambda d: {**d, "checkpoint": d["checkpoint"].partition("\n\n")[0] + "\n"},
        {"read"},
    ),
    "checkpoint with a leading zero": (_note("\n300", "\n0300"), {"read"}),
    "checkpoint with a tab": (lambda d: {**d, "checkpoint": "\t" + d["checkpoint"]}, {"read"}),
    "empty checkpoint": (changed(checkpoint=""), {"read"}),
    "salt of another length": (changed(salt=b64(bytes(15))), {"read"}),
    "content without salt": (changed(salt=None), {"read"}),
    "salt without content": (changed(payload=None), {"read"}),
    "content hash of another length": (changed(payload_hash=b64(bytes(31))), {"read"}),
    "loose base64": (lambda d: {**d, "payload_hash": d["payload_hash"] + "\n"}, {"read"}),
    "hash without padding": (lambda d: {**d, "payload_hash": d["payload_hash"].rstrip("=")}, {"read"}),
    "hash with loose last bits": (lambda d: {**d, "payload_hash": _loosen(d["payload_hash"])}, {"read"}),
    "checkpoint of another log by the same key": (
        changed(checkpoint=sign_checkpoint(Checkpoint("other.example/log", 300, bytes(32)), LOG)),
        {"signature", "inclusion"},
    ),
    "place as text": (changed(index="137"), {"read"}),
    "place as true": (changed(index=True), {"read"}),
    "proof as text": (changed(inclusion="x"), {"read"}),
    "proof too long": (lambda d: {**d, "inclusion": [d["payload_hash"]] * 65}, {"read"}),
    "proof of numbers": (changed(inclusion=[1, 2]), {"read"}),
    "entry as list": (changed(entry=[]), {"read"}),
    "content as text": (changed(payload="x"), {"read"}),
    "unknown field": (changed(amount=5), {"read"}),
    "missing field": (lambda d: {k: v for k, v in d.items() if k != "keys"}, {"read"}),
    "another format": (changed(format="tartip-receipt/2"), {"read"}),
    "no format": (lambda d: {k: v for k, v in d.items() if k != "format"}, {"read"}),
    "float in the content": (changed(payload={"unit": 1.5}), {"read"}),
    "content nested too deep": (changed(payload={"x": json.loads("[" * 63 + "]" * 63)}), {"read"}),
    "checkpoint of 300,000 letters": (lambda d: {**d, "checkpoint": "x" * 300_000 + d["checkpoint"]}, {"read"}),
    "broken stamp": (changed(timestamp="?"), {"read"}),
}
