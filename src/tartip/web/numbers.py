"""Numbers as people read them: `12 907`, `−2,9`, `12 345 ₸`. Separators come from formats/<language>/formats.py.

Everything that is shown to the public is an integer; a part of it is asked for by `scale` (29 with scale 1 is 2,9).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import get_format
from django.utils.translation import gettext as _

MINUS = "\u2212"
SPACE = "\u00a0"  # does not break: between a number and its unit; thousands have the same


def number(value: int | Decimal | float, places: int | None = None) -> str:
    """Group thousands, localise the decimal mark. Without `places` the digits are kept as they are."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _point, part = f"{abs(exact):f}".partition(".")
    groups = []
    while len(whole) > 3:
        whole, group = whole[:-3], whole[-3:]
        groups.append(group)
    text = str(get_format("THOUSAND_SEPARATOR")).join([whole, *reversed(groups)])
    if part:
        text += str(get_format("DECIMAL_SEPARATOR")) + part
    return MINUS + text if exact < 0 else text


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
