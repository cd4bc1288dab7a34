"""Made plates, given out densely so that a misread sign usually names another car's plate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tartip.engines.plates import Kind, pack_columns

Ints = npt.NDArray[np.int64]

DIGIT, LETTER = 1, 11  # first values in the sign table of plate codes
DIGIT_TWINS = np.array([8, 7, 7, 8, 1, 6, 8, 1, 3, 8])  # what a digit is taken for
LETTER_TWINS = np.array([ord(c) - 65 for c in "RPGOFPCMLIXINMQRORZYVYVKVS"])


def signs_of(number: Ints) -> tuple[npt.NDArray[np.uint8], Ints]:
    """Signs (n, 11) and kinds of the plates numbered `number`: blocks of 999 share their letters and region.

    Of ten blocks eight are persons', one companies' and one of the standard of 1993.
    """
    block, digits = np.divmod(number, 999)
    digits = digits + 1
    region = block * 7 % 20 + 1
    letters = [block // 676 % 26, block // 26 % 26, block % 26]
    digit = [DIGIT + digits // 100, DIGIT + digits // 10 % 10, DIGIT + digits % 10]
    tail = [DIGIT + region // 10, DIGIT + region % 10]
    old_letter = np.array([ord(c) - 65 for c in "ABCDEFHKLMNPRSTUVXZA"])[region - 1]
    kind = np.array([int(Kind.KZ_2012_PERSON)] * 8 + [int(Kind.KZ_2012_ENTITY), int(Kind.KZ_1993_PERSON)])[block % 10]
    person = [*digit, *(LETTER + x for x in letters), *tail]
    entity = [*digit, *(LETTER + x for x in letters[1:]), *tail]
    old = [LETTER + old_letter, *digit, *(LETTER + x for x in letters)]
    signs = np.zeros((len(number), 11), np.uint8)
    for column in range(8):
        choices = [person[column], entity[column] if column < 7 else 0, old[column] if column < 7 else 0]
        signs[:, column] = np.select(
            [kind == Kind.KZ_2012_PERSON, kind == Kind.KZ_2012_ENTITY], choices[:2], choices[2]
        )
    return signs, kind


def codes_of(number: Ints) -> Ints:
    return pack_columns(*signs_of(number))


def misread_codes(number: Ints, rng: np.random.Generator) -> Ints:
    """The same plates with one of the first six signs taken for its twin; still plates of the same kind.

    A plate of 1993 keeps its first letter, so that the wrong plate names a region that exists.
    """
    signs, kind = signs_of(number)
    place = rng.integers(1, 5, len(number))
    row = np.arange(len(number))
    sign = signs[row, place].astype(np.int64)
    twin = np.where(
        sign >= LETTER, LETTER + LETTER_TWINS[np.maximum(sign - LETTER, 0)], DIGIT + DIGIT_TWINS[(sign - DIGIT) % 10]
    )
    signs[row, place] = twin
    return pack_columns(signs, kind)
