"""A telephone number as one integer.

E.164 digits (country code first) as a positive int64; a national short code with a minus sign (102 is -102);
`WITHHELD` when the network gave none; `MALFORMED` when what it gave cannot be a number. Written for Kazakhstan's
habits: trunk prefix 8, international prefix 810, ten national digits in zone 7. How it may be spelled: `spelling.py`.

An emergency number is one in every spelling: no telephone number is as short as 112 with a prefix before it, so
+112, 8 112, 0112 and +7 112 can mean nothing else. As the number that is called (`pack_called`) more is one: *112,
+7 727 112, 911, sip:sos@host. As a caller's own number these stay what they are: nobody calls from them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from tartip.engines.errors import BadInput
from tartip.engines.screening.spelling import COMMON, DECIMAL, HIDDEN, SEPARATORS, called_for_help, read_spelling

WITHHELD: Final = 0
MALFORMED: Final = -(10**17)
MAX_E164: Final = 10**15 - 1
MAX_SHORT_DIGITS: Final = 5
HOME_CODE: Final = "7"
SHORT_CODES: Final = 10**MAX_SHORT_DIGITS
MAX_PLAIN: Final = 20  # digits; no number is longer with all its prefixes
EMERGENCY: Final = (101, 102, 103, 104, 112)  # phonenumbers lacks 104 (gas)
CALLED_FOR_HELP: Final = (*EMERGENCY, 911)  # telephones of every country treat 911 so (3GPP TS 22.101, 10.1.1)
LONGER_THAN_HELP: Final = 10**9  # no spelling of a call for help has more digits
_EMERGENCY: Final = {
    f"{prefix}{code}": code for code in EMERGENCY for prefix in ("", "0", "00", "7", "8", "07", "007", "810", "8107")
}


class Nature(IntEnum):
    """What the signalling says about the digits (nature of address), or what is to be guessed.

    UNKNOWN: by length and prefix, as digits are dialled at home. ABROAD: they came by an international trunk, so they
    begin with a country code unless no number of any country is written so.
    """

    UNKNOWN = 0
    INTERNATIONAL = 1
    NATIONAL = 2
    ABROAD = 3


# An attribute of an enum costs a call as much as five of these names.
_UNKNOWN, _ABROAD = Nature.UNKNOWN, Nature.ABROAD
_INTERNATIONAL, _NATIONAL = Nature.INTERNATIONAL, Nature.NATIONAL
_DROPPED: Final = SEPARATORS.encode()


class BadNumber(BadInput):
    """Text that is no telephone number; the message shows its shape, never its digits."""

    code = "screening.bad_number"

    def __init__(self, text: object) -> None:
        shape = f"text of {len(text)} characters" if isinstance(text, str) else type(text).__name__
        super().__init__("number", shape, "is no telephone number")


def pack(text: str, nature: Nature = Nature.UNKNOWN) -> int:
    """The packed number of one text; raises BadNumber, also for what is no text. Empty text is a withheld number.

    >>> pack("+7 701 123-45-67"), pack("8 701 123 45 67"), pack("102")
    (77011234567, 77011234567, -102)
    """
    packed = pack_or_malformed(text, nature) if isinstance(text, str) else MALFORMED
    if packed == MALFORMED:
        raise BadNumber(text)
    return packed


def pack_or_malformed(text: str, nature: Nature = Nature.UNKNOWN) -> int:
    """As `pack`, but answers MALFORMED instead of raising: a call with garbage in it still needs a verdict."""
    if text[:1] == "+" and 8 <= len(text) <= 16 and text[1] != "0" and text[1:].isascii() and text[1:].isdigit():
        return int(text[1:])  # the form almost every switch sends
    if text.isdigit() and text.isascii() and len(text) <= MAX_PLAIN:
        return _packed(text, nature)
    if text.endswith(".0") and DECIMAL.match(text):
        return pack_or_malformed(text[:-2], nature)
    common = COMMON.match(text)  # digits with plain separators, or a plain URI: no need to look at it in full
    if common:
        bare = common[2] or common[1].encode().translate(None, _DROPPED).decode()  # twice as fast as for text
        if bare[:1] == "+":
            return _packed(bare[1:], _INTERNATIONAL) if bare[1:].isdigit() else MALFORMED
        if bare:
            return _packed(bare, nature)
    if text.casefold() in HIDDEN:
        return WITHHELD
    said = read_spelling(text)
    if said.emergency:
        return -said.emergency
    if said.withheld:
        return WITHHELD
    if said.garbage or not said.digits:
        return MALFORMED
    if said.country and len(said.digits) > MAX_SHORT_DIGITS:  # the text says where it is dialled; no trunk knows better
        at_home = said.country == HOME_CODE
        return _read(said.digits, _UNKNOWN) if at_home else _international(said.country + said.digits)
    return _packed(said.digits, _INTERNATIONAL if said.plus else nature)


def pack_called(text: str, nature: Nature = Nature.UNKNOWN) -> int:
    """As `pack_or_malformed` for the number that is called: what can only be a call for help is one."""
    packed = pack_or_malformed(text, nature)
    if packed >= LONGER_THAN_HELP or -packed in EMERGENCY:
        return packed
    code = called_for_help(text)
    return -code if code else packed


def _packed(digits: str, nature: Nature) -> int:
    return -_EMERGENCY[digits] if digits in _EMERGENCY else _read(digits, nature)


def _read(digits: str, nature: Nature) -> int:
    size = len(digits)
    if nature is _INTERNATIONAL:
        return _international(digits)
    guessed = nature is _UNKNOWN or nature is _ABROAD
    if guessed and size >= 13 and digits.startswith("810"):
        return _international(digits[3:])
    if guessed and size >= 10 and digits.startswith("00"):
        return _international(digits[2:])
    if nature is _ABROAD:
        # Neither +87 and nine digits nor +7 and nine are numbers anywhere: these are home numbers, written at home.
        at_home = (size == 11 and digits.startswith("87")) or (size == 10 and digits[0] == "7")
        if not at_home and size > MAX_SHORT_DIGITS:
            return _international(digits)
    elif nature is _UNKNOWN and size > 10 and (size != 11 or digits[0] != "8"):
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
