"""Where a figure counts: a territory with the codes of everything in it, as the tree was on the day of the question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized

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
            raise BadInput(
                "territory", type(self.code).__name__, "must have a code, a number of 64 bits or text in NFC"
            )
        if self.codes is None:
            return
        if isinstance(self.codes, str) or not isinstance(self.codes, Iterable):
            raise BadInput("territory", self.code, "must have several codes, not one")
        object.__setattr__(self, "codes", tuple(self.codes))
        if not all(map(_is_code, self.codes)):
            raise BadInput("territory", self.code, "must have codes, numbers of 64 bits or text in NFC")
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
    """Half a character, the zero one at which some engines end a text, and й in two characters stand in no code.

    Records are looked for by the bytes of their codes, and a month seals text of a territory in the form NFC alone.
    """
    if type(code) is str:
        whole = "\0" not in code and not any("\ud800" <= sign <= "\udfff" for sign in code)
        return whole and is_normalized("NFC", code)
    return type(code) is int and abs(code) < 2**63


EVERYWHERE = Territory("KZ")
