"""The proof that a territory's sum is part of a published root, and its checking. Hashes as `sumtree.py` says."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized

from tartip.engines.errors import BadInput, expect
from tartip.engines.figures.errors import BadSum
from tartip.engines.figures.territory import Code

FORMAT = "tartip-sum/1"
SALT_SIZE = 32
# Republic, region, district, rural district, village: five levels are in use.
MAX_LEVELS = 64
MAX_CODE = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One line under a node: what it is called, its sum, and its hash (32 bytes)."""

    code: Code
    value: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class SumProof:
    """From a territory to the root: `lines[0]` are the parts of its parent, the last those of the root.

    `below` are its own parts, or None for a leaf, whose `salt` is given instead.
    """

    code: Code
    below: tuple[Part, ...] | None
    salt: bytes | None
    lines: tuple[tuple[Code, tuple[Part, ...]], ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "code": self.code,
            "below": None if self.below is None else [_as_list(part) for part in self.below],
            "salt": None if self.salt is None else self.salt.hex(),
            "lines": [[code, [_as_list(part) for part in parts]] for code, parts in self.lines],
        }

    @classmethod
    def from_json(cls, data: Any) -> SumProof:
        """Raises BadSum if it is not of format tartip-sum/1: every field there and spelled as `as_json` spells it."""
        try:
            if data["format"] != FORMAT or set(data) != {"format", "code", "below", "salt", "lines"}:
                raise ValueError
            below = None if data["below"] is None else _parts(data["below"])
            salt = None if data["salt"] is None else _hex(data["salt"])
            lines = tuple((_code(code), _parts(parts)) for code, parts in _list(data["lines"]))
            return cls(_code(data["code"]), below, salt, lines)
        except (KeyError, TypeError, ValueError, BadInput):
            raise BadSum(f"not of the format {FORMAT}") from None


def verify_sum(proof: SumProof, root: Part) -> int:
    """The value of `proof.code`, if everything adds up to the published root.

    Raises BadSum; BadInput for a value that is no whole number below 2^64, or a code that is neither number nor text.
    """
    expect("proof", proof, SumProof)
    expect("root", root, Part)
    if len(proof.lines) >= MAX_LEVELS:
        raise BadSum(f"more than {MAX_LEVELS} levels")
    if (proof.below is None) == (proof.salt is None):
        raise BadSum(f"{proof.code} must have either parts or a salt")
    if proof.below is not None:
        found = node_part(proof.code, proof.below)
    else:
        claimed = _line(proof.lines[0][1], proof.code) if proof.lines else root
        if not isinstance(proof.salt, bytes) or len(proof.salt) != SALT_SIZE:
            raise BadSum(f"the salt of {proof.code} is not {SALT_SIZE} bytes")
        found = leaf_part(proof.code, claimed.value, proof.salt)
    value = found.value
    for code, parts in proof.lines:
        # A region's own records are a leaf under the region's name: its value must not pass for that of the region.
        if spell_code(code) == spell_code(found.code):
            raise BadSum(f"{code} cannot be a part of itself")
        if _line(parts, found.code) != found:
            raise BadSum(f"{found.code} does not stand in {code} with this sum")
        found = node_part(code, parts)
    if found != root:
        raise BadSum(f"the sums lead to {found.code} {found.value}, not to the published root")
    return value


def _line(parts: tuple[Part, ...], code: Code) -> Part:
    for part in parts:
        if part.code == code:
            return part
    raise BadSum(f"{code} does not stand among the parts")


def leaf_part(code: Code, value: int, salt: bytes) -> Part:
    return Part(code, value, sha256(b"\x00" + encode_code(code) + _number(value, code) + salt).digest())


def node_part(code: Code, parts: tuple[Part, ...]) -> Part:
    if len({spell_code(part.code) for part in parts}) != len(parts):
        raise BadSum(f"a part of {code} stands there twice")
    total = sum(check_value(part.value, part.code) for part in parts)
    lines = b"".join(encode_code(part.code) + _number(part.value, part.code) + _hash(part) for part in parts)
    return Part(code, total, sha256(b"\x01" + encode_code(code) + _number(total, code) + lines).digest())


def encode_code(code: Code) -> bytes:
    text = spell_code(code).encode()
    return len(text).to_bytes(2, "big") + text


def spell_code(code: Code) -> str:
    """The text under which a code is hashed. Raises BadInput for what is no code."""
    number = type(code) is int and abs(code) < 2**63
    if not number and not (type(code) is str and 0 < len(code) <= MAX_CODE and code.isprintable()):
        raise BadInput("code", type(code).__name__, f"must be a number of 64 bits or printable text to {MAX_CODE} long")
    if not is_normalized("NFC", str(code)):
        raise BadInput("code", code, "must be text in the form NFC, or two regions would look like one")
    return str(code)


def _number(value: int, code: Code) -> bytes:
    return check_value(value, code).to_bytes(8, "big")


def check_value(value: Any, code: Code) -> int:
    if type(value) is not int or not 0 <= value < 2**64:
        raise BadInput("value", code, "must be a whole number from 0, below 2^64")
    return value


def _hash(part: Part) -> bytes:
    if not isinstance(part.hash, bytes) or len(part.hash) != 32:
        raise BadSum(f"the hash of {part.code} is not 32 bytes")
    return part.hash


def _as_list(part: Part) -> list[Code]:
    return [part.code, part.value, part.hash.hex()]


def _parts(items: Any) -> tuple[Part, ...]:
    rows = [_list(item) for item in _list(items)]
    return tuple(Part(_code(code), check_value(value, "part"), _hex(text)) for code, value, text in rows)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _hex(text: Any) -> bytes:
    """32 bytes in their one spelling: 64 small letters and digits."""
    data = bytes.fromhex(text)
    if len(data) != 32 or data.hex() != text:
        raise ValueError
    return data


def _code(code: Any) -> Code:
    spell_code(code)
    found: Code = code
    return found
