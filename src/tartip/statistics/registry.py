"""The list of indicators: declared once in `indicators.py`, with the passport that says how each is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tartip.engines.figures import Indicator
from tartip.engines.figures.indicator import RECORDS, Unit
from tartip.errors import TartipError


class UnknownIndicator(TartipError):
    code = "statistics.unknown_indicator"
    text = "indicator: “%(indicator)s” is not an indicator; known are %(known)s."
    http_status = 404


@dataclass(frozen=True, slots=True)
class Declared:
    """`better` says whether more is better (True), worse (False) or neither (None); `units` names what is counted."""

    indicator: Indicator
    passport: Mapping[str, str]
    units: Mapping[str, str]
    better: bool | None = None


INDICATORS: dict[str, Declared] = {}


def indicator(
    code: str, *, names: Mapping[str, str], of: str, measure: Any, where: Any = None, unit: Unit = RECORDS,
    units: Mapping[str, str], passport: Mapping[str, str], better: bool | None = None, edition: int = 1,
) -> Indicator:  # fmt: skip
    """Declare an indicator of a sealed register. The Russian passport is part of the definition and of its hash."""
    made = Indicator(
        code=code, names=names, register=of, measure=measure, where=where, unit=unit, passport=passport["ru"],
        edition=edition,
    )  # fmt: skip
    INDICATORS[code] = Declared(made, passport, units, better)
    return made


def declared(code: str) -> Declared:
    load()
    if code not in INDICATORS:
        raise UnknownIndicator(indicator=code, known=", ".join(INDICATORS))
    return INDICATORS[code]


def all_declared() -> list[Declared]:
    load()
    return list(INDICATORS.values())


def load() -> None:
    from tartip.statistics import indicators  # noqa: F401 (declares at import)
