"""What a rule may answer, as small numbers; the references are those of the public configuration."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Outcome(IntEnum):
    """NONE: the transfer was not judged. ERR: a fact the rule needs is missing. X..: left without a band."""

    NONE = 0
    ERR = 1
    X00 = 2  # the payment did not succeed
    X01 = 3  # not enough history
    X03 = 4  # no variance and higher; or the pattern is absent
    X04 = 5  # no variance and not higher
    B00 = 6  # no case fits
    B01 = 7
    B02 = 8
    B03 = 9

    @property
    def ref(self) -> str:
        """.err, .x01, .02 and so on; empty for NONE."""
        return REFS[self]


REFS: Final = ("", ".err", ".x00", ".x01", ".x03", ".x04", ".00", ".01", ".02", ".03")
BY_REF: Final = {ref: Outcome(value) for value, ref in enumerate(REFS) if ref}

NUMBERS: Final = (
    "001", "002", "003", "004", "006", "007", "008", "010", "011", "016", "017",
    "018", "020", "021", "024", "025", "026", "027", "028", "030", "044", "045",
    "048", "054", "063", "074", "075", "076", "078", "083", "084", "090", "091",
)  # fmt: skip
PLACE: Final = {number: place for place, number in enumerate(NUMBERS)}
