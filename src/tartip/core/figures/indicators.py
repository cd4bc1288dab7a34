"""Indicators: declared once, in `indicators.py` of the app that keeps the records, with the passport of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tartip.core.discovery import read_all
from tartip.engines.figures import Indicator
from tartip.engines.figures.indicator import RECORDS, Unit


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
    """Declare an indicator of a sealed register. The Russian passport is part of the definition and of its hash.

    Raises ImproperlyConfigured where the code is taken: two definitions of one code would be two truths.
    """
    if code in INDICATORS:
        raise ImproperlyConfigured(f"The indicator {code} is declared twice.")
    made = Indicator(
        code=code, names=names, register=of, measure=measure, where=where, unit=unit, passport=passport["ru"],
        edition=edition,
    )  # fmt: skip
    INDICATORS[code] = Declared(made, passport, units, better)
    return made


def all_declared() -> list[Declared]:
    """Every indicator, in the order of the apps."""
    read_all("indicators")
    return list(INDICATORS.values())
