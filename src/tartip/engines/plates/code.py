"""A plate as one 64-bit number: reversible without any table, and ordered like the texts.

Eleven signs in base 37 (0 nothing, 1 to 10 digits, 11 to 36 letters), left-justified, then five bits for the kind:
37^11 * 2^5 < 2^63, so a code is never negative. Sorting codes sorts texts; equal codes are equal plates.

The kind follows from the text, so the bits are a check. Codes are stored for years: series that were learnt later (16
and above) keep the bits of UNKNOWN, under which their plates had been packed before.
"""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

from tartip.engines.errors import BadInput
from tartip.engines.plates.grammar import LONGEST, BadPlate, Kind, Plate, classify, parse

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SIGNS = "\0" + "0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALUE = {sign: value for value, sign in enumerate(SIGNS)}
SIGNS_OF_PLATES = set(SIGNS[1:])
KIND_BITS = 5
LEARNT_LATER = 16
END = 37**LONGEST << KIND_BITS


class BadCode(BadInput):
    """A number that no plate packs to."""

    code = "plates.bad_code"


def pack(plate: Plate | str) -> int:
    """The code of a plate or of the plate a text stands for. Raises BadPlate."""
    whole = classify(plate.text) if isinstance(plate, Plate) else parse(plate)
    if not 1 <= len(whole.text) <= LONGEST or not set(whole.text) <= SIGNS_OF_PLATES:
        raise BadPlate("plate", repr(whole.text), f"must be 1 to {LONGEST} capitals and digits")
    number = 0
    for sign in whole.text.ljust(LONGEST, "\0"):
        number = number * 37 + VALUE[sign]
    return number << KIND_BITS | stored_kind(whole.kind)


def unpack(code: int) -> Plate:
    """The plate of a code. Raises BadCode for what is no integer and for numbers that `pack` cannot give."""
    try:
        code = index(code)
    except TypeError as error:
        raise BadCode("code", type(code).__name__, "must be an integer") from error
    number, kind = code >> KIND_BITS, code & ((1 << KIND_BITS) - 1)
    if not 0 <= code < END or kind not in Kind.__members__.values():
        raise BadCode("code", code, "is not a packed plate")
    signs = []
    for _ in range(LONGEST):
        number, value = divmod(number, 37)
        signs.append(SIGNS[value])
    text = "".join(reversed(signs)).rstrip("\0")
    if not text or "\0" in text:
        raise BadCode("code", code, "is not a packed plate")
    plate = classify(text)
    if stored_kind(plate.kind) != kind:
        raise BadCode("code", code, f"says {Kind(kind).name}, its text {text} is {plate.kind.name}")
    return plate


def stored_kind(kind: Kind) -> int:
    return int(kind) if kind < LEARNT_LATER else 0


def pack_columns(signs: npt.NDArray[np.uint8], kind: npt.NDArray[np.int64] | int) -> npt.NDArray[np.int64]:
    """Codes (int64, n) of many plates at once: `signs` is (n, 11), values 0 to 36 as in SIGNS, zero after the text.

    kind: one Kind for all, or one per row; it is not compared with the signs. Raises BadCode naming the first bad row.
    """
    import numpy as np

    signs, kind = np.asarray(signs), np.asarray(kind)
    if signs.ndim != 2 or signs.shape[1] != LONGEST or signs.dtype.kind not in "iu":
        raise BadCode("signs", f"{signs.dtype} {signs.shape}", f"must be whole numbers (n, {LONGEST})")
    if kind.dtype.kind not in "iu" or kind.shape not in ((), (len(signs),)):
        raise BadCode("kind", f"{kind.dtype} {kind.shape}", "must be one kind, or one per row")
    filled = signs != 0
    bad = (signs < 0) | (signs > 36) | np.column_stack((~filled[:, :1], filled[:, 1:] & ~filled[:, :-1]))
    if bad.any():
        raise BadCode("signs", int(bad.any(axis=1).argmax()), "must be 1 to 36, and zero after the text")
    unknown = ~np.isin(np.atleast_1d(kind), list(Kind))
    if unknown.any():
        raise BadCode("kind", int(unknown.argmax()), "is no Kind")
    number = np.zeros(len(signs), np.int64)
    for column in range(LONGEST):
        number = number * 37 + signs[:, column]
    return number << KIND_BITS | np.where(np.asarray(kind) < LEARNT_LATER, kind, 0)
