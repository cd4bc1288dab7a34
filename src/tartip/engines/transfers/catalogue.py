"""The 33 rules as people read them (`catalogue.toml`), with the bounds of the parameters in force."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import Any

from tartip.engines.transfers.params import RuleParams

Bound = Fraction | None
SPANS = (("days", 86_400_000), ("hours", 3_600_000), ("minutes", 60_000), ("seconds", 1_000))


@dataclass(frozen=True, slots=True)
class Band:
    """lower <= value < upper; None is unbounded."""

    ref: str
    lower: Bound
    upper: Bound
    text: str


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule. `unit` is the unit of the bounds; `cases` are (ref, code or None for any other, text)."""

    number: str
    name: str
    subject: str
    unit: str
    bands: tuple[Band, ...] = ()
    exits: tuple[tuple[str, str], ...] = ()
    cases: tuple[tuple[str, str | None, str], ...] = ()
    tolerance_percent: int = 0
    corrected: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """Every answer the rule may give, by its reference."""
        given = {band.ref: band.text for band in self.bands} | dict(self.exits)
        return given | {ref: text for ref, _, text in self.cases} | {".err": "a needed fact is missing"}


@lru_cache(maxsize=8)
def catalogue(params: RuleParams = RuleParams()) -> tuple[RuleCard, ...]:
    """All rules, in the order of `outcomes.NUMBERS`."""
    values = {one.name: getattr(params, one.name) for one in fields(RuleParams)}
    words = {name: span(value) if name.endswith("_ms") else f"{value:,}" for name, value in values.items()}
    written = tomllib.loads(resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8"))
    exits = {name: (way_out["ref"], way_out["text"].format_map(words)) for name, way_out in written["exits"].items()}
    return tuple(_card(row, values, words, exits) for row in written["rule"])


def _card(
    row: dict[str, Any], values: dict[str, int], words: dict[str, str], exits: dict[str, tuple[str, str]]
) -> RuleCard:
    return RuleCard(
        row["number"],
        row["name"],
        row["subject"],
        row["unit"],
        tuple(
            Band(
                band["ref"],
                _bound(band.get("lower"), values),
                _bound(band.get("upper"), values),
                band["text"].format_map(words),
            )
            for band in row.get("bands", ())
        ),
        tuple(exits[name] for name in row.get("exits", ())),
        tuple((case["ref"], case.get("value"), case["text"]) for case in row.get("cases", ())),
        values[row["tolerance"]] if "tolerance" in row else 0,
        row.get("corrected", ""),
    )


def _bound(written: int | str | None, values: dict[str, int]) -> Bound:
    if written is None or isinstance(written, int):
        return None if written is None else Fraction(written)
    top, _, bottom = written.partition(" / ")
    return Fraction(values[top], int(values.get(bottom, bottom or 1)))


def span(ms: int) -> str:
    """A length of time in words: whole units where there are any, else days, rounded and said so."""
    for unit, size in SPANS:
        if ms % size == 0 and ms < 1000 * size:
            return f"{ms // size} {unit if ms > size else unit[:-1]}"
    return f"about {round(ms / 86_400_000)} days"
