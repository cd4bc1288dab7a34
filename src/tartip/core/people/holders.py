"""Who holds an account: a person by the personnel number, so that several accounts of one person are one person."""

from __future__ import annotations

import re
import unicodedata

from tartip.core.people.errors import BadAccount
from tartip.core.people.models import Account, Role

LONGEST = 32
# Persons in these roles are the first or the second of a two-person rule. A crew's tablet, a neighbouring system and a
# citizen's log-in need no number.
HELD = frozenset(
    {
        Role.OPERATOR,
        Role.DISPATCHER,
        Role.SUPERVISOR,
        Role.INSPECTOR,
        Role.ANALYST,
        Role.PROSECUTOR,
        Role.JUDGE,
        Role.ADMINISTRATOR,
    }
)
# What is typed on another keyboard and looks like a Latin letter: Cyrillic with the letters of Kazakh and its
# neighbours, Greek, Turkish. Compared in capitals, as they stand on a badge.
ALIKE = str.maketrans(
    "АВЕКМНОРСТУХІҮҺЅЈӀԚԜ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" "İ",
    "ABEKMHOPCTYXIYHSJIQW" "ABEZHIKMNOPTYX" "I",
)  # fmt: skip
# The letters that are read as digits. Two persons who become one by this only cannot confirm each other.
AS_DIGIT = str.maketrans("OIL", "011")
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/.-]*")


def checked_number(text: str) -> str:
    """The number as it is stored: "A-17", " a 17" and "А17" of a Cyrillic keyboard are all `a17`.

    Raises BadAccount for an empty one, other signs, and more than 32 of them.
    """
    number = "".join(map(_sign, unicodedata.normalize("NFKC", text))).upper().translate(ALIKE)
    for sign in number:
        if not sign.isascii():
            name = unicodedata.name(sign, f"U+{ord(sign):04X}")
            raise BadAccount(field="holder", rule="%(sign)s (%(name)s) is no letter from A to Z", sign=sign, name=name)
    if len(number) > LONGEST or not NUMBER.fullmatch(number):
        raise BadAccount(
            field="holder", rule="must be 1 to %(longest)s letters and digits, with - / . between them", longest=LONGEST
        )
    return number.translate(AS_DIGIT).replace("-", "").lower()


def must_be_entered_anew(holder: str) -> bool:
    """Whether it was stored by an earlier version that told apart what is one number now."""
    try:
        return bool(holder) and checked_number(holder) != holder
    except BadAccount:
        return True


def must_be_held(holder: str, role: str) -> None:
    """Raises BadAccount where the role is one of persons and nobody is named as the holder."""
    if role in HELD and not holder:
        raise BadAccount(
            field="holder", rule="the role %(role)s needs the personnel number of who holds the account", role=role
        )


def others_of(account: Account) -> list[str]:
    """User names of the other accounts of the same person, closed ones too."""
    if not account.holder:
        return []
    same = Account.objects.filter(holder=account.holder).exclude(holder="").exclude(pk=account.pk)
    return list(same.order_by("username").values_list("username", flat=True))


def _sign(sign: str) -> str:
    """Spaces and what cannot be seen go; every dash, and every digit of whatever script, is the one of the keyboard."""
    kind = unicodedata.category(sign)
    if kind in {"Zs", "Zl", "Zp", "Cc", "Cf"}:
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    return "-" if kind == "Pd" or sign == "\N{MINUS SIGN}" else sign
