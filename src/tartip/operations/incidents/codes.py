"""Codes of incidents: read out by phone, so without 0, O, 1 and I; drawn at random, so no sequence is published."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 7


def new_code(length: int = LENGTH) -> str:
    """32^7 codes: a clash among ten million is met about once in 3 400 draws, and the unique index refuses it."""
    # 32 letters: five bits of a byte name each with the same chance.
    return "".join([ALPHABET[byte & 31] for byte in secrets.token_bytes(length)])
