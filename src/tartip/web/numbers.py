"""Numbers as people read them: `12 907`, `−2,9`, `12 345 ₸`. Separators come from formats/<language>/formats.py.

Everything that is shown to the public is an integer; a part of it is asked for by `scale` (29 with scale 1 is 2,9).
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from tartip.core.numbers import MINUS as MINUS, SPACE as SPACE, number as number


def scaled(value: int, scale: int) -> str:
    """An integer that counts parts: scaled(29, 1) is 2,9."""
    return number(Decimal(value).scaleb(-scale), scale)


def signed(value: int | Decimal, places: int | None = None) -> str:
    """A change: always with its sign; nothing changed has none."""
    text = number(value, places)
    return text if value <= 0 else f"+{text}"


def tenge(value: int) -> str:
    return f"{number(value)}{SPACE}₸"


def tiyn(value: int) -> str:
    """Hundredths of a tenge, shown only when there are any."""
    return tenge(value // 100) if value % 100 == 0 else f"{scaled(value, 2)}{SPACE}₸"


def mass(milligrams: int) -> str:
    """The largest unit that keeps every digit readable: kilograms, grams or milligrams, exact."""
    for size, unit in ((1_000_000, _("kg")), (1_000, _("g"))):
        if abs(milligrams) >= size:
            return f"{number((Decimal(milligrams) / size).normalize())}{SPACE}{unit}"
    return f"{number(milligrams)}{SPACE}{_('mg')}"


def share(numerator: int, denominator: int, places: int = 1) -> str:
    """A percentage, computed once with decimal; nothing out of nothing is a dash."""
    if denominator == 0:
        return "–"
    return f"{number(Decimal(numerator * 100) / Decimal(denominator), places)}{SPACE}%"
