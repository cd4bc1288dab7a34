"""Where a figure counts: a territory with the codes of everything in it, as the tree was on the day of the question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tartip.engines.errors import BadInput
from tartip.engines.merkle import canonical_json

Code = int | str


@dataclass(frozen=True, slots=True)
class Territory:
    """`codes` are the territory codes of the records that belong to it; None means all records, wherever they are.

    Codes are numbers or text as the register seals them. The engine knows no tree: give the whole subtree.
    Raises BadInput for a code of another type, or codes of two types.
    """

    code: Code
    codes: tuple[Code, ...] | None = None

    def __post_init__(self) -> None:
        if type(self.code) not in (int, str):
            raise BadInput("territory", type(self.code).__name__, "must have a code, a number or text")
        if self.codes is None:
            return
        kinds = {type(code) for code in self.codes}
        if len(kinds) != 1 or not kinds <= {int, str}:
            raise BadInput("territory", self.code, "must have codes, all numbers or all text")
        object.__setattr__(self, "codes", tuple(sorted(set(self.codes))))

    @classmethod
    def of(cls, code: Code, codes: Iterable[Code]) -> Territory:
        return cls(code, tuple(codes))

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "codes": None if self.codes is None else list(self.codes)}

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON, hex: what the journal seals about the borders."""
        return sha256(canonical_json(self.as_json())).hexdigest()


EVERYWHERE = Territory("KZ")
