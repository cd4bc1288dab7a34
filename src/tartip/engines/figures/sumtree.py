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

from tartip.engines.errors import BadInput, expect
from tartip.engines.figures.sumproof import (
    MAX_LEVELS,
    SALT_SIZE,
    Part,
    SumProof,
    check_value,
    encode_code,
    leaf_part,
    node_part,
    spell_code,
)
from tartip.engines.figures.territory import Code

__all__ = ["Part", "SumTree"]


class SumTree:
    """Sums over a tree of territories.

    parents: parent of every code but the root; values: not negative, of any codes (also of ones that have children:
    records known to lie in a region but in no district become a leaf of their own, named like the region);
    secret: at least 32 random bytes from which the salt of each leaf is derived, different for each figure.
    Raises BadInput for a code without a place in the tree, a cycle, more than 64 levels, a negative value or a sum from
    2^64, a short secret.
    """

    def __init__(self, values: Mapping[Code, int], parents: Mapping[Code, Code], secret: bytes) -> None:
        if not isinstance(secret, bytes) or len(secret) < SALT_SIZE:
            raise BadInput("secret", "sum tree", f"must be at least {SALT_SIZE} bytes")
        expect("values", values, Mapping)
        expect("parents", parents, Mapping)
        self._parents, self._secret = dict(parents), bytes(secret)
        spelled: dict[str, Code] = {}
        for code in {*values, *parents, *parents.values()}:
            if spelled.setdefault(spell_code(code), code) != code:
                raise BadInput("code", code, "stands there as a number and as text, which are hashed alike")
        roots = {self._climb(code)[-1] for code in {*values, *parents}}
        if len(roots) != 1:
            raise BadInput("parents", ", ".join(sorted(map(str, roots))), "must lead to one root")
        (self.root_code,) = roots
        self._children: dict[Code, list[Code]] = {}
        for code in sorted({*values, *parents} - roots, key=str):
            self._children.setdefault(self._parents[code], []).append(code)
        self._values = {code: check_value(value, code) for code, value in values.items()}
        self._parts: dict[Code, tuple[Part, ...]] = {}
        self.root = self._grow(self.root_code)

    def part(self, code: Code) -> Part:
        """Sum and hash of a territory of the tree."""
        expect("code", code, int, str)
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
            return leaf_part(code, self._values.get(code, 0), self._salt(code))
        parts = [self._grow(child) for child in children]
        if code in self._values:
            parts.insert(0, leaf_part(code, self._values[code], self._salt(code)))
        self._parts[code] = tuple(parts)
        return node_part(code, self._parts[code])

    def _salt(self, code: Code) -> bytes:
        return hmac.digest(self._secret, encode_code(code), "sha256")

    def _climb(self, code: Code) -> list[Code]:
        line = [code]
        while line[-1] in self._parents:
            line.append(self._parents[line[-1]])
            if len(line) > MAX_LEVELS:
                raise BadInput("parents", code, f"must not go in a circle, nor through more than {MAX_LEVELS} levels")
        return line
