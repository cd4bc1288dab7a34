"""The sum tree: a region's figure is provably the sum of its districts, the republic's that of its regions.

Leaf: SHA-256(0x00 ‖ code ‖ value ‖ salt). Node: SHA-256(0x01 ‖ code ‖ value ‖ for each child: code ‖ value ‖ hash).
A code is its text in UTF-8 after its length as uint16, a value is uint64, both big-endian; children stand in the order
of their codes. A node shows the values of its children but not what lies below them: the salts of the leaves keep
anybody from guessing a district's small count out of its region's hash. (After the Merkle-sum trees of proofs of
liabilities, shaped by territory instead of binary, so that the siblings in a proof are totals that are public anyway.)
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tartip.engines.errors import BadInput
from tartip.engines.figures.errors import BadSum
from tartip.engines.figures.territory import Code

FORMAT = "tartip-sum/1"
SALT_SIZE = 32


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
        """Raises BadSum if it is not of format tartip-sum/1."""
        try:
            below = None if data["below"] is None else tuple(_part(item) for item in data["below"])
            salt = None if data["salt"] is None else bytes.fromhex(data["salt"])
            lines = tuple((_code(code), tuple(_part(item) for item in parts)) for code, parts in data["lines"])
            if data["format"] != FORMAT:
                raise ValueError
            return cls(_code(data["code"]), below, salt, lines)
        except (KeyError, TypeError, ValueError):
            raise BadSum(f"not of the format {FORMAT}") from None


class SumTree:
    """Sums over a tree of territories.

    parents: parent of every code but the root; values: not negative, of any codes (also of ones that have children:
    records known to lie in a region but in no district become a leaf of their own, named like the region);
    secret: at least 32 random bytes from which the salt of each leaf is derived, different for each figure.
    Raises BadInput for a code without a place in the tree, a cycle, a negative value, a short secret.
    """

    def __init__(self, values: Mapping[Code, int], parents: Mapping[Code, Code], secret: bytes) -> None:
        if len(secret) < SALT_SIZE:
            raise BadInput("secret", "sum tree", f"must be at least {SALT_SIZE} bytes")
        self._parents, self._secret = dict(parents), bytes(secret)
        roots = {self._climb(code)[-1] for code in {*values, *parents}}
        if len(roots) != 1:
            raise BadInput("parents", ", ".join(sorted(map(str, roots))), "must lead to one root")
        (self.root_code,) = roots
        self._children: dict[Code, list[Code]] = {}
        for code in sorted({*values, *parents} - roots, key=str):
            self._children.setdefault(self._parents[code], []).append(code)
        self._values = {code: _whole(value, code) for code, value in values.items()}
        self._parts: dict[Code, tuple[Part, ...]] = {}
        self.root = self._grow(self.root_code)

    def part(self, code: Code) -> Part:
        """Sum and hash of a territory of the tree."""
        parent = self._parents.get(code)
        if code == self.root_code:
            return self.root
        if parent is None:
            raise BadInput("code", code, "is not in the tree")
        return next(part for part in self._parts[parent] if part.code == code)

    def prove(self, code: Code) -> SumProof:
        """The proof for one territory: about 44 bytes for each of its siblings on the way up."""
        self.part(code)
        below = self._parts.get(code)
        salt = None if below is not None else self._salt(code)
        return SumProof(code, below, salt, tuple((up, self._parts[up]) for up in self._climb(code)[1:]))

    def _grow(self, code: Code) -> Part:
        children = self._children.get(code)
        if children is None:
            return _leaf(code, self._values.get(code, 0), self._salt(code))
        parts = [self._grow(child) for child in children]
        if code in self._values:
            parts.insert(0, _leaf(code, self._values[code], self._salt(code)))
        self._parts[code] = tuple(parts)
        return _node(code, self._parts[code])

    def _salt(self, code: Code) -> bytes:
        return hmac.digest(self._secret, _named(code), "sha256")

    def _climb(self, code: Code) -> list[Code]:
        line = [code]
        while line[-1] in self._parents:
            line.append(self._parents[line[-1]])
            if len(line) > len(self._parents) + 1:
                raise BadInput("parents", code, "must not go in a circle")
        return line


def verify_sum(proof: SumProof, root: Part) -> int:
    """The value of `proof.code`, if everything adds up to the published root. Raises BadSum."""
    if (proof.below is None) == (proof.salt is None):
        raise BadSum(f"{proof.code} must have either parts or a salt")
    if proof.below is not None:
        found = _node(proof.code, proof.below)
    else:
        claimed = _line(proof.lines[0][1], proof.code) if proof.lines else root
        found = _leaf(proof.code, claimed.value, proof.salt or b"")
    value = found.value
    for code, parts in proof.lines:
        if _line(parts, found.code) != found:
            raise BadSum(f"{found.code} does not stand in {code} with this sum")
        found = _node(code, parts)
    if found != root:
        raise BadSum(f"the sums lead to {found.code} {found.value}, not to the published root")
    return value


def _line(parts: tuple[Part, ...], code: Code) -> Part:
    # A region's own records stand first under the region's name; the district wanted is never called so.
    for part in parts:
        if part.code == code:
            return part
    raise BadSum(f"{code} does not stand among the parts")


def _leaf(code: Code, value: int, salt: bytes) -> Part:
    return Part(code, value, sha256(b"\x00" + _named(code) + _number(value, code) + salt).digest())


def _node(code: Code, parts: tuple[Part, ...]) -> Part:
    if len({str(part.code) for part in parts}) != len(parts):
        raise BadSum(f"a part of {code} stands there twice")
    total = sum(_whole(part.value, part.code) for part in parts)
    lines = b"".join(_named(part.code) + _number(part.value, part.code) + _hash(part) for part in parts)
    return Part(code, total, sha256(b"\x01" + _named(code) + _number(total, code) + lines).digest())


def _named(code: Code) -> bytes:
    text = str(code).encode()
    return len(text).to_bytes(2, "big") + text


def _number(value: int, code: Code) -> bytes:
    return _whole(value, code).to_bytes(8, "big")


def _whole(value: Any, code: Code) -> int:
    if type(value) is not int or not 0 <= value < 2**64:
        raise BadInput("value", code, "must be a whole number from 0, below 2^64")
    return value


def _hash(part: Part) -> bytes:
    if len(part.hash) != 32:
        raise BadSum(f"the hash of {part.code} is not 32 bytes")
    return part.hash


def _as_list(part: Part) -> list[Code]:
    return [part.code, part.value, part.hash.hex()]


def _part(item: Any) -> Part:
    code, value, text = item
    return Part(_code(code), value, bytes.fromhex(text))


def _code(code: Any) -> Code:
    if type(code) not in (int, str):
        raise TypeError
    found: Code = code
    return found
