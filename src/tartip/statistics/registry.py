"""Looking up an indicator by its code."""

from __future__ import annotations

from tartip.core.figures.indicators import INDICATORS, Declared, all_declared
from tartip.errors import TartipError

__all__ = ["INDICATORS", "Declared", "UnknownIndicator", "all_declared", "declared"]


class UnknownIndicator(TartipError):
    code = "statistics.unknown_indicator"
    text = "indicator: “%(indicator)s” is not an indicator; known are %(known)s."
    http_status = 404


def declared(code: str) -> Declared:
    all_declared()
    if code not in INDICATORS:
        raise UnknownIndicator(indicator=code, known=", ".join(INDICATORS))
    return INDICATORS[code]
