"""What a plate may look like: the two Kazakh standards, the neighbours, and everything else as unknown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from tartip.engines.errors import BadInput
from tartip.engines.plates.regions import LETTERS, NUMBERS

LONGEST = 11
MOST_TYPED = 100  # signs with all filling; more is no plate and not worth cleaning


class Kind(IntEnum):
    """Series of a plate. The numbers below 16 are part of stored plate codes and never change (code.py)."""

    UNKNOWN = 0
    KZ_2012_PERSON = 1
    KZ_2012_ENTITY = 2
    KZ_1993_PERSON = 3
    KZ_1993_ENTITY = 4
    KZ_2012_FOREIGN_OWNER = 5  # black on yellow; letters F and H, four digits, region
    RU = 8
    KG = 9
    UZ = 10
    KG_OR_UZ = 11  # 01 123 ABC is issued by both
    KZ_2012_MOTORCYCLE = 16  # 12 AB 02: two digits, two letters, region
    KZ_2012_TRAILER = 17  # 12 ABC 02
    KZ_DIPLOMATIC = 18  # white on red; D or T, three digits of the country, three of the car

    @property
    def kazakh(self) -> bool:
        return 1 <= self <= 5 or self >= 16

    @property
    def confirmed(self) -> bool:
        """Do two sources independent of each other show this format? What is not confirmed is never read from a
        picture as certain: a car's plate with one sign missed has the form of a motorcycle's or a trailer's."""
        return self is not Kind.UNKNOWN and self < 16


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
    Pattern(Kind.KZ_2012_MOTORCYCLE, "DDLLDD"),
    Pattern(Kind.KZ_2012_TRAILER, "DDLLLDD"),
    Pattern(Kind.KZ_DIPLOMATIC, "LDDDDDD", "DT"),
)
READABLE = tuple(pattern for pattern in PATTERNS if pattern.kind.confirmed)
UNREADABLE = tuple(pattern for pattern in PATTERNS if not pattern.kind.confirmed)
NUMBERED = (  # two digits of region at the end, the flag with KZ at the left
    Kind.KZ_2012_PERSON,
    Kind.KZ_2012_ENTITY,
    Kind.KZ_2012_FOREIGN_OWNER,
    Kind.KZ_2012_MOTORCYCLE,
    Kind.KZ_2012_TRAILER,
)

CYRILLIC = str.maketrans("АВЕКМНОРСТУХІҮавекмнорстухіү", "ABEKMHOPCTYXIYABEKMHOPCTYXIY")
FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)}  # of Chinese and Japanese keyboards and scanners
FILLING = re.compile(r"[\s.·•_|/\\:−]+")
INVISIBLE = ("Cf", "Pd")  # categories: marks of direction and width, soft hyphens; all kinds of dashes


@dataclass(frozen=True, slots=True)
class Plate:
    """One plate: its text in Latin capitals and digits, its series, and the region codes it may come from."""

    text: str
    kind: Kind
    regions: tuple[int, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Is the format of this series confirmed (`Kind.confirmed`)?"""
        return self.kind.confirmed


def normalise(text: str) -> str:
    """Capitals; no spaces, dashes, invisible marks; look-alikes as Latin; no KZ or RUS around a whole plate.

    Raises BadPlate for what no plate carries.
    """
    clean = without_filling(text)
    for mark in ("KZ", "RUS"):
        for bare in (clean.removeprefix(mark), clean.removesuffix(mark)):
            if bare != clean and is_marked(kind_of(bare), mark):
                return bare
    return clean


def is_marked(kind: Kind, mark: str) -> bool:
    """Does this country's mark stand on the plates of a series?"""
    return kind.kazakh if mark == "KZ" else kind is Kind.RU and mark == "RUS"


def without_filling(text: str) -> str:
    if not isinstance(text, str):
        raise BadPlate("plate", repr(text), "must be text")
    if len(text) > MOST_TYPED:
        raise BadPlate("plate", repr(text[:LONGEST]), f"must have at most {LONGEST} signs")
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in INVISIBLE)
    clean = FILLING.sub("", seen.translate(FULL_WIDTH)).translate(CYRILLIC).replace("-", "")
    clean = clean.upper() if clean.isascii() else clean  # ß in capitals would be two letters, ſ and ı others
    if not clean:
        raise BadPlate("plate", repr(text), "must not be empty")
    if len(clean) > LONGEST:
        raise BadPlate("plate", repr(text), f"must have at most {LONGEST} signs")
    if not (clean.isascii() and clean.isalnum()):
        raise BadPlate("plate", repr(text), "must be letters and digits")
    return clean


def kind_of(clean: str) -> Kind:
    return next((pattern.kind for pattern in PATTERNS if fits(clean, pattern)), Kind.UNKNOWN)


def fits(text: str, pattern: Pattern) -> bool:
    """Does a normalised text obey a pattern, region code included?"""
    if len(text) != len(pattern.classes):
        return False
    for sign, want in zip(text, pattern.classes, strict=True):
        allowed = sign.isdigit() if want == "D" else sign in pattern.letters if want == "L" else sign == want
        if not allowed:
            return False
    return not pattern.kind.kazakh or pattern.kind is Kind.KZ_DIPLOMATIC or bool(regions_of(text, pattern.kind))


def regions_of(text: str, kind: Kind) -> tuple[int, ...]:
    """Region codes a Kazakh plate may come from; empty when its code or letter was never issued."""
    if kind in (Kind.KZ_1993_PERSON, Kind.KZ_1993_ENTITY):
        return LETTERS.get(text[0], ())
    if kind is Kind.KZ_DIPLOMATIC:
        return ()
    if kind is Kind.KZ_2012_FOREIGN_OWNER and text[0] not in "FH":
        return ()
    number = int(text[-2:])
    return (number,) if number in NUMBERS else ()


def parse(text: str) -> Plate:
    """The plate a text stands for. What fits no known series is a plate of kind UNKNOWN, not an error.

    `confirmed` says whether the format of its series is certain. Raises BadPlate for what no plate carries.
    """
    return classify(normalise(text))


def classify(clean: str) -> Plate:
    """The plate with exactly this text, which holds capitals and digits alone."""
    kind = kind_of(clean)
    return Plate(clean, kind, regions_of(clean, kind) if kind.kazakh else ())
