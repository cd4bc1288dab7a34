"""Codes that are read out by phone: without 0, O, 1 and I; drawn at random, so that no sequence is published."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
INCIDENT_LENGTH = 7
# A receipt's code is the only key to it: one of 32^10, about 10^15.
RECEIPT_LENGTH = 10
# Cyrillic letters that look like those of the code; О looks like no letter of it.
LOOK_ALIKES = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")


def new_code(length: int = INCIDENT_LENGTH) -> str:
    """32^7 codes: a clash among ten million is met about once in 3 400 draws, and the unique index refuses it."""
    # 32 letters: five bits of a byte name each with the same chance.
    return "".join([ALPHABET[byte & 31] for byte in secrets.token_bytes(length)])


def tidy(code: str) -> str:
    """As it is read out and typed: with spaces or dashes, small or large, on a Cyrillic keyboard too."""
    return "".join(code.split()).replace("-", "").upper().translate(LOOK_ALIKES)


def pretty(code: str) -> str:
    """In groups of five, to be read out: 7K49M-2PQRS."""
    return "-".join(code[i : i + 5] for i in range(0, len(code), 5))


def is_receipt_code(code: str) -> bool:
    """Whether a tidied code could be one at all; any other is never looked up."""
    return len(code) == RECEIPT_LENGTH and set(code) <= set(ALPHABET)
