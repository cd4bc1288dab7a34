"""What a plate may look like: the two Kazakh standards, the neighbours, and everything else as unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from tartip.engines.errors import BadInput
from tartip.engines.plates.regions import LETTERS, NUMBERS

LONGEST = 11


class Kind(IntEnum):
    """Series of a plate. The numbers are part of stored plate codes and never change."""

    UNKNOWN = 0
    KZ_2012_PERSON = 1
    KZ_2012_ENTITY = 2
    KZ_1993_PERSON = 3
    KZ_1993_ENTITY = 4
    KZ_2012_FOREIGN_OWNER = 5  # black on yellow; letters F and H, four digits, region: one source only, unconfirmed
    RU = 8
    KG = 9
    UZ = 10
    KG_OR_UZ = 11  # 01 123 ABC is issued by both

    @property
    def kazakh(self) -> bool:
        return 1 <= self <= 5


class BadPlate(BadInput):
    """A text that cannot stand on a plate: wrong signs, nothing, or too long."""

    code = "plates.bad_plate"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Classes by position: D digit, L letter, anything else itself; `letters` limits the letters."""

    kind: Kind
    classes: str
    letters: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


LOOK_ALIKES = "ABEKMHOPCTYX"  # Russia uses only letters that both alphabets share

PATTERNS = (
    Pattern(Kind.KZ_2012_PERSON, "DDDLLLDD"),
    Pattern(Kind.KZ_2012_ENTITY, "DDDLLDD"),
    Pattern(Kind.KZ_1993_PERSON, "LDDDLLL"),
    Pattern(Kind.KZ_1993_ENTITY, "LDDDLL"),
    Pattern(Kind.KZ_2012_FOREIGN_OWNER, "LDDDDDD"),
    Pattern(Kind.RU, "LDDDLLDD", LOOK_ALIKES),
    Pattern(Kind.RU, "LDDDLLDDD", LOOK_ALIKES),
    Pattern(Kind.KG, "DDKGDDDLLL"),
    Pattern(Kind.UZ, "DDLDDDLL"),
    Pattern(Kind.KG_OR_UZ, "DDDDDLLL"),
)

CYRILLIC = str.maketrans("АВЕКМНОРСТУХІавекмнорстухі", "ABEKMHOPCTYXIABEKMHOPCTYXI")
FILLING = re.compile(r"[\s.\-·•_|/\\:]+")


@dataclass(frozen=True, slots=True)
class Plate:
    """One plate: its text in Latin capitals and digits, its series, and the region codes it may come from."""

    text: str
    kind: Kind
    regions: tuple[int, ...] = ()


def normalise(text: str) -> str:
    """Capitals, no filling signs, Cyrillic look-alikes as Latin. Raises BadPlate for what no plate carries."""
    if not isinstance(text, str):
        raise BadPlate("plate", repr(text), "must be text")
    clean = FILLING.sub("", text.translate(CYRILLIC)).upper()
    if not clean:
        raise BadPlate("plate", repr(text), "must not be empty")
    if len(clean) > LONGEST:
        raise BadPlate("plate", repr(text), f"must have at most {LONGEST} signs")
    if not (clean.isascii() and clean.isalnum()):
        raise BadPlate("plate", repr(text), "must be letters and digits")
    return clean


def fits(text: str, pattern: Pattern) -> bool:
    """Does a normalised text obey a pattern, region code included?"""
    if len(text) != len(pattern.classes):
        return False
    for sign, want in zip(text, pattern.classes, strict=True):
        allowed = sign.isdigit() if want == "D" else sign in pattern.letters if want == "L" else sign == want
        if not allowed:
            return False
    return not pattern.kind.kazakh or bool(regions_of(text, pattern.kind))


def regions_of(text: str, kind: Kind) -> tuple[int, ...]:
    """Region codes a Kazakh plate may come from; empty when its code or letter was never issued."""
    if kind in (Kind.KZ_1993_PERSON, Kind.KZ_1993_ENTITY):
        return LETTERS.get(text[0], ())
    if kind is Kind.KZ_2012_FOREIGN_OWNER and text[0] not in "FH":
        return ()
    number = int(text[-2:])
    return (number,) if number in NUMBERS else ()


def parse(text: str) -> Plate:
    """The plate a text stands for. What fits no known series is a plate of kind UNKNOWN, not an error."""
    clean = normalise(text)
    for pattern in PATTERNS:
        if fits(clean, pattern):
            regions = regions_of(clean, pattern.kind) if pattern.kind.kazakh else ()
            return Plate(clean, pattern.kind, regions)
    return Plate(clean, Kind.UNKNOWN)
