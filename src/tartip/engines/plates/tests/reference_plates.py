"""The decision as one would make it with paper: write down every plate there is, price each, take the cheapest.

Nothing is clever here, and nothing is taken from the engine but the signs a frame has costs for: series, regions and
prices stand here as the README and the standards tell them. All ways to lay a series over the signs, all choices that
are not hopeless.
"""

from __future__ import annotations

import re
from itertools import product

from tartip.engines.plates.confusion import SIGNS
from tartip.engines.plates.frame import Frame

HOPELESS = 40  # tenths of a power of ten: a sign the reader did not think of
STRAY = 18  # for a sign too many at an edge
FLAG = 6  # for one that the flag and the letters KZ may leave on the left of a plate of 2012
FLAG_LOOKS = "KZR27IE1"
EDGE = 3  # signs too many at each edge, at most

# Series that may be read from a picture: signs (d digit, l letter), what the whole must match, and whether a flag with
# KZ stands on its left. Regions of 2012: 01 to 20; letters of 1993: those of the regions of that time.
SERIES = (
    ("dddllldd", r"\d{3}[A-Z]{3}(?:0[1-9]|1\d|20)", True),
    ("dddlldd", r"\d{3}[A-Z]{2}(?:0[1-9]|1\d|20)", True),
    ("ldddlll", r"[A-FHK-PR-XZ]\d{3}[A-Z]{3}", False),
    ("ldddll", r"[A-FHK-PR-XZ]\d{3}[A-Z]{2}", False),
    ("ldddddd", r"[FH]\d{4}(?:0[1-9]|1\d|20)", True),
    ("ldddlldd", r"[ABEKMHOPCTYX]\d{3}[ABEKMHOPCTYX]{2}\d{2}", False),
    ("ldddllddd", r"[ABEKMHOPCTYX]\d{3}[ABEKMHOPCTYX]{2}\d{3}", False),
    ("ddlldddlll", r"\d{2}KG\d{3}[A-Z]{3}", False),
    ("ddldddll", r"\d{2}[A-Z]\d{3}[A-Z]{2}", False),
    ("dddddlll", r"\d{5}[A-Z]{3}", False),
)
RUSSIAN = ("ldddlldd", "ldddllddd")


def cheapest_plates(frame: Frame) -> dict[str, int]:
    """Every plate that can be seen in one frame without a picture, with its lowest price (hopeless signs left out)."""
    found: dict[str, int] = {}
    for signs, whole, flagged in SERIES:
        for left in range(EDGE + 1):
            right = len(frame.text) - len(signs) - left
            if not 0 <= right <= EDGE:
                continue
            before, after = frame.text[:left], frame.text[left + len(signs) :]
            outside = price_left(before, flagged) + (0 if signs in RUSSIAN and after == "RUS" else STRAY * right)
            options = [
                [(s, int(c)) for s, c in zip(SIGNS, row, strict=True) if c < HOPELESS and (want == "d") == s.isdigit()]
                for row, want in zip(frame.costs[left : left + len(signs)], signs, strict=True)
            ]
            for chosen in product(*options):
                text = "".join(sign for sign, _ in chosen)
                if re.fullmatch(whole, text):
                    price = outside + sum(cost for _, cost in chosen)
                    found[text] = min(price, found.get(text, price))
    return found


def price_left(signs: str, flagged: bool) -> int:
    if flagged and signs == "KZ":
        return 0
    return sum(FLAG if flagged and sign in FLAG_LOOKS else STRAY for sign in signs)
