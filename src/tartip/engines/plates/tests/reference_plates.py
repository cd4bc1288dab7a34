"""The decision as one would make it with paper: write down every plate there is, price each, take the cheapest.

Nothing is clever here: all ways to lay a pattern over the signs, all sign choices that are not hopeless, all regions.
"""

from __future__ import annotations

from itertools import product

from tartip.engines.plates.confusion import SIGNS
from tartip.engines.plates.fit import FLAG, FLAG_SIGNS, MOST_LEFT, MOST_RIGHT, STRAY
from tartip.engines.plates.frame import FLOOR, Frame
from tartip.engines.plates.grammar import READABLE, Kind, fits

FLAGGED = {Kind.KZ_2012_PERSON, Kind.KZ_2012_ENTITY, Kind.KZ_2012_FOREIGN_OWNER}


def cheapest_plates(frame: Frame) -> dict[str, int]:
    """Every plate that can be seen in one frame without a picture, with its lowest price (hopeless signs left out)."""
    found: dict[str, int] = {}
    for pattern in READABLE:
        places = len(pattern.classes)
        for left in range(MOST_LEFT + 1):
            right = len(frame.text) - places - left
            if not 0 <= right <= MOST_RIGHT:
                continue
            outside = price_left(frame.text[:left], pattern.kind) + price_right(
                frame.text[left + places :], pattern.kind
            )
            options = [
                [(s, int(c)) for s, c in zip(SIGNS, row, strict=True) if c < FLOOR and (want != "D") != s.isdigit()]
                for row, want in zip(frame.costs[left : left + places], pattern.classes, strict=True)
            ]
            for chosen in product(*options):
                text = "".join(sign for sign, _ in chosen)
                if fits(text, pattern):
                    price = outside + sum(cost for _, cost in chosen)
                    found[text] = min(price, found.get(text, price))
    return found


def price_left(signs: str, kind: Kind) -> int:
    if kind in FLAGGED:
        return 0 if signs == "KZ" else sum(FLAG if sign in FLAG_SIGNS else STRAY for sign in signs)
    return STRAY * len(signs)


def price_right(signs: str, kind: Kind) -> int:
    return 0 if kind is Kind.RU and signs == "RUS" else STRAY * len(signs)
