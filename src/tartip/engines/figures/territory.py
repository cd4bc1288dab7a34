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
    Raises BadInput for a code of another type or size, or codes of two types.
    """

    code: Code
    codes: tuple[Code, ...] | None = None

    def __post_init__(self) -> None:
        if not _is_code(self.code):
            raise BadInput("territory", type(self.code).__name__, "must have a code, a number of 64 bits or text")
        if self.codes is None:
            return
        if isinstance(self.codes, str) or not isinstance(self.codes, Iterable):
            raise BadInput("territory", self.code, "must have several codes, not one")
        object.__setattr__(self, "codes", tuple(self.codes))
        if not all(map(_is_code, self.codes)):
            raise BadInput("territory", self.code, "must have codes, numbers of 64 bits or text")
        kinds = {type(code) for code in self.codes}
        if len(kinds) != 1 or not kinds <= {int, str}:
            raise BadInput("territory", self.code, "must have codes, all numbers or all text")
        object.__setattr__(self, "codes", tuple(sorted(set(self.codes))))

    @classmethod
    def of(cls, code: Code, codes: Iterable[Code]) -> Territory:
        return cls(code, codes)  # type: ignore[arg-type]

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "codes": None if self.codes is None else list(self.codes)}

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON, hex: what the journal seals about the borders."""
        return sha256(canonical_json(self.as_json())).hexdigest()


def _is_code(code: Any) -> bool:
    """Half a character, and the zero one at which some engines end a text, stand in no code."""
    if type(code) is str:
        return "\0" not in code and not any("\ud800" <= sign <= "\udfff" for sign in code)
    return type(code) is int and abs(code) < 2**63


EVERYWHERE = Territory("KZ")
