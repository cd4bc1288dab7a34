"""How a number is written: thousands apart, and the decimal mark, by formats/<language>/formats.py."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import get_format

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
