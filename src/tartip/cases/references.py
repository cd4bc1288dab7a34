"""How the numbers of payment documents are compared: one number in another spelling is the same document.

Case, spaces, dashes and the sign № make no difference, nor does the keyboard: a Cyrillic letter that looks like a Latin
one counts as that one. Between two digits a space or a dash is a part of the number: 1-12 and 11-2 are two documents.
What was typed is stored and shown; the comparing is done by the same table here and in the database, so that rows of
any age are compared.
"""

from __future__ import annotations

import re

from django.db.models import F, Func, Value

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZАӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
LOOK_ALIKES = str.maketrans("АВЕЁІКМНОРСТУҮХҺ", "ABEEIKMHOPCTYYXH")
IGNORED = " -‐‑‒–—―−№"
# What stands between two digits becomes this sign, which no keyboard has.
BETWEEN, KEPT = "([0-9])[-" + IGNORED.replace("-", "") + "]+(?=[0-9])", r"\1·"
# `translate` of PostgreSQL: each sign of the first text becomes its fellow of the second; one without a fellow goes.
SIGNS = ALPHABET.lower() + ALPHABET + IGNORED
BECOME = (ALPHABET * 2).translate(LOOK_ALIKES)
TABLE: dict[int, int | None] = {ord(sign): None for sign in IGNORED} | str.maketrans(SIGNS[: len(BECOME)], BECOME)


def tidy(reference: str) -> str:
    """The number as it is compared."""
    return re.sub(BETWEEN, KEPT, reference).translate(TABLE)


def tidied(field: str = "reference") -> Func:
    """The same in the database. Its `upper` would ask for the locale of the server; a table is the same everywhere."""
    kept = Func(F(field), Value(BETWEEN), Value(KEPT), Value("g"), function="regexp_replace")
    return Func(kept, Value(SIGNS), Value(BECOME), function="translate")
