"""Personal identifiers: checked, encrypted (AES-256-GCM), and looked up by a keyed hash (HMAC-SHA-256)."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tartip.core.people.models import Person
from tartip.engines.screening.spelling import clean
from tartip.errors import TartipError

NONCE = 12


class OtherKeys(TartipError):
    """The persons of this database were encrypted with another key: nobody could be read or found again."""

    code = "people.other_keys"
    text = (
        "%(name)s is not the key that the persons of this database are sealed with. Put that key back; it was kept "
        "with the backups (docs/restore.md)."
    )
    http_status = 503


FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


class BadIdentifier(TartipError):
    code = "identifier.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


def fields(*, name: str = "", iin: str = "", phone: str = "") -> dict[str, Any]:
    """The stored fields of a person. Raises BadIdentifier for an IIN or a phone number that cannot be."""
    iin = checked_iin(iin) if iin else ""
    phone = checked_phone(phone) if phone else ""
    return {
        "name_sealed": encrypt(name) if name else b"",
        "iin_sealed": encrypt(iin) if iin else b"",
        "iin_lookup": lookup("iin", iin) if iin else None,
        "phone_sealed": encrypt(phone) if phone else b"",
        "phone_lookup": lookup("phone", phone) if phone else None,
    }


def checked_iin(text: str) -> str:
    """Twelve digits with the right last one (order 521 of 2023-06-29). The date inside is not required to be real."""
    digits = clean(text)
    if not re.fullmatch(r"[0-9]{12}", digits) or not digits.strip("0"):
        raise BadIdentifier(field="iin", rule="must be 12 digits")
    values = [int(d) for d in digits]
    check = sum(a * b for a, b in zip(values, FIRST, strict=False)) % 11
    if check == 10:
        check = sum(a * b for a, b in zip(values, SECOND, strict=False)) % 11
    if check != values[11]:
        raise BadIdentifier(field="iin", rule="the last digit does not fit the others")
    return digits


# Behind the codes of these countries no number begins with 0: there it stands for a call inland, as 8 does with us.
# +810 is ours, 8 10, with a plus too many.
TRUNK_ZERO = re.compile(r"\+(?:20|27|3[0-46]|4[0134689]|6[0136]|8[1246]|9[0-58]|37[345]|380|966|97[12]|99[456])0")


def checked_phone(text: str) -> str:
    """+7 and ten digits; 8 or 7 in front is read as the trunk prefix. Other countries' numbers are kept as given.

    +8 and a mobile number of ours (no country writes so) and +7 with more or fewer digits are refused: a second number
    or an extension typed behind a space would become part of the first.

    A foreign number with the 0 that is dialled inland, as +996 (0555) … or +44 (0)20 …, is refused: with it nobody is
    reached, and the same person is not found by the number without.

    Marks that telephones and chats paste around and into numbers are cleaned as call screening cleans them. A number
    with an extension is refused: what follows would be lost.
    """
    digits = clean(text)
    if re.fullmatch(r"[78][0-9]{10}", digits):
        digits = "+7" + digits[1:]
    if not re.fullmatch(r"\+7[0-9]{10}|\+(?!7|87[0-9]{9}\Z)[1-9][0-9]{6,14}", digits):
        raise BadIdentifier(field="phone", rule="must be +7 and ten digits, or + and a number abroad")
    if TRUNK_ZERO.match(digits):
        raise BadIdentifier(field="phone", rule="must be written without the 0 that is dialled before it inland")
    return digits


def encrypt(text: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), None)


def decrypt(data: bytes | memoryview) -> str:
    raw = bytes(data)
    return _cipher().decrypt(raw[:NONCE], raw[NONCE:], None).decode() if raw else ""


def lookup(field: str, text: str) -> bytes:
    """Equal identifiers give equal values; without the key nothing can be tried against them."""
    key = bytes.fromhex(settings.LOOKUP_KEY)
    return hmac.new(key, f"{field}:{text}".encode(), hashlib.sha256).digest()


def check_keys() -> None:
    """Whether the keys given here are those of the stored persons. Raises OtherKeys; a new database takes any keys."""
    person = Person.objects.exclude(phone_sealed=b"").order_by("-id").first()
    if person is None:
        return
    try:
        phone = decrypt(person.phone_sealed)
    except InvalidTag:
        raise OtherKeys(name="TARTIP_PEOPLE_KEY") from None
    if lookup("phone", phone) != bytes(person.phone_lookup or b""):
        raise OtherKeys(name="TARTIP_LOOKUP_KEY")


@lru_cache(maxsize=1)
def _cipher() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.PEOPLE_KEY)[:32])
