"""A telephone number as one integer.

E.164 digits (country code first) as a positive int64; a national short code with a minus sign (102 is -102);
`WITHHELD` when the network gave none; `MALFORMED` when what it gave cannot be a number. Written for Kazakhstan's
habits: trunk prefix 8, international prefix 810, ten national digits in zone 7.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from tartip.engines.errors import BadInput

WITHHELD: Final = 0
MALFORMED: Final = -(10**17)
MAX_E164: Final = 10**15 - 1
MAX_SHORT_DIGITS: Final = 5
SHORT_CODES: Final = 10**MAX_SHORT_DIGITS
SEPARATORS: Final = " -()./~"
_DROP: Final = str.maketrans("", "", SEPARATORS)


class Nature(IntEnum):
    """What the signalling says about the digits (nature of address); UNKNOWN means: guess by length and prefix."""

    UNKNOWN = 0
    INTERNATIONAL = 1
    NATIONAL = 2


class BadNumber(BadInput):
    """Text that is no telephone number; the message shows its shape, never its digits."""

    code = "screening.bad_number"

    def __init__(self, text: str) -> None:
        super().__init__("number", f"text of {len(text)} characters", "is no telephone number")


def pack(text: str, nature: Nature = Nature.UNKNOWN) -> int:
    """The packed number of one text; raises BadNumber. Empty text is a withheld number.

    >>> pack("+7 701 123-45-67"), pack("8 701 123 45 67"), pack("102")
    (77011234567, 77011234567, -102)
    """
    packed = pack_or_malformed(text, nature)
    if packed == MALFORMED:
        raise BadNumber(text)
    return packed


def pack_or_malformed(text: str, nature: Nature = Nature.UNKNOWN) -> int:
    """As `pack`, but answers MALFORMED instead of raising: a call with garbage in it still needs a verdict."""
    if text[:1] == "+" and 8 <= len(text) <= 16 and text[1] != "0" and text[1:].isascii() and text[1:].isdigit():
        return int(text[1:])  # the form almost every switch sends
    bare = text.translate(_DROP)
    plus = bare[:1] == "+"
    digits = bare[1:] if plus else bare
    if not digits:
        return MALFORMED if plus else WITHHELD
    if not (digits.isascii() and digits.isdigit()):
        return MALFORMED
    return _read(digits, Nature.INTERNATIONAL if plus else nature)


def _read(digits: str, nature: Nature) -> int:
    size = len(digits)
    if nature is Nature.UNKNOWN:
        if digits.startswith("810") and size >= 13:
            return _international(digits[3:])
        if digits.startswith("00") and size >= 10:
            return _international(digits[2:])
    if nature is Nature.INTERNATIONAL or (nature is Nature.UNKNOWN and size > 10 and (size != 11 or digits[0] != "8")):
        return _international(digits)
    if digits[0] == "0":
        return MALFORMED
    if size <= MAX_SHORT_DIGITS:
        return -int(digits)
    if size == 11 and digits[0] == "8":
        return 7 * 10**10 + int(digits[1:])
    if size == 10:
        return 7 * 10**10 + int(digits)
    return MALFORMED


def _international(digits: str) -> int:
    return int(digits) if len(digits) <= 15 and digits[0] != "0" else MALFORMED


def show(number: int) -> str:
    """A packed number as text, for people who may see it."""
    if number == WITHHELD:
        return "withheld"
    if number == MALFORMED:
        return "malformed"
    return f"+{number}" if number > 0 else str(-number)


def mask(number: int) -> str:
    """A packed number with its middle hidden, for messages and logs: +770••••4567."""
    text = show(number)
    return text if number <= 0 or len(text) < 8 else text[:4] + "•" * (len(text) - 8) + text[-4:]
