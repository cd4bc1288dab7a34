"""What each bench shall reach (`aims.toml`), its last kept result, and why an aim is missed (`reasons.toml`)."""

from __future__ import annotations

import json
import operator
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"
_COMPARE = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, "=": operator.eq}
_SIGNS = {"<=": "≤", ">=": "≥", "<": "<", "=": "="}


class BadAim(ValueError):
    """An aim that cannot be read, or that names a peer the result does not have."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One bench: what it measures, the engine it belongs to ("" if none), its aims and its reasons by figure."""

    name: str
    about: str
    engine: str
    aims: Mapping[str, str]
    reasons: Mapping[str, str] = field(default_factory=dict)

    def result(self) -> dict[str, Any] | None:
        """The last kept result, or None."""
        file = RESULTS / f"{self.name}.json"
        return json.loads(file.read_text()) if file.exists() else None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its aim. `held` is None where there is no aim or no measured value."""

    figure: str
    value: float | int | None
    aim: str
    held: bool | None
    peers: Mapping[str, float | int]


def benches() -> list[Bench]:
    """All benches in the order of `aims.toml`."""
    declared = tomllib.loads((HERE / "aims.toml").read_text())
    reasons = tomllib.loads((HERE / "reasons.toml").read_text())
    if unknown := set(reasons) - set(declared):
        raise BadAim(f"reasons.toml names benches that aims.toml has not: {sorted(unknown)}")
    return [
        Bench(name, one["about"], one.get("engine", ""), one.get("aims", {}), reasons.get(name, {}))
        for name, one in declared.items()
    ]


def rows(bench: Bench, result: Mapping[str, Any] | None) -> list[Row]:
    """The figures with an aim first, in the order of `aims.toml`; then what the result reports besides."""
    figures: Mapping[str, float | int] = result["figures"] if result else {}
    peers: Mapping[str, Mapping[str, float | int]] = result["peers"] if result else {}
    found = []
    for name in [*bench.aims, *(key for key in figures if key not in bench.aims)]:
        value = figures.get(name)
        beside = {peer: numbers[name] for peer, numbers in peers.items() if name in numbers}
        aim, held = "", None
        if name in bench.aims:
            aim, held = judge(bench.aims[name], value, beside)
        found.append(Row(name, value, aim, held, beside))
    return found


def judge(aim: str, value: float | int | None, peers: Mapping[str, float | int]) -> tuple[str, bool | None]:
    """The aim in words and whether it is held: "<= 0.5", "= 0", "<= polars", "<= 1.2 parquet alone"."""
    sign, _, rest = aim.partition(" ")
    if sign not in _COMPARE or not rest:
        raise BadAim(f"{aim!r} is no comparison")
    first, _, after = rest.partition(" ")
    if not after and _is_number(rest):
        bound: float | None = float(rest)
        words = f"{_SIGNS[sign]} {rest if '.' in rest else number(int(rest))}"
    else:
        factor, peer = (first, after) if _is_number(first) else ("", rest)
        if value is not None and peer not in peers:
            raise BadAim(f"{aim!r}: no peer {peer!r} has this figure")
        bound = float(factor or 1) * peers[peer] if peer in peers else None
        words = f"{_SIGNS[sign]} {factor + ' × ' if factor else ''}{peer}"
    return words, None if value is None or bound is None else _COMPARE[sign](value, bound)


def number(value: float | int | None) -> str:
    """As people read it: groups of three digits, four significant ones."""
    if value is None:
        return "–"
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{round(value):,}"
    return f"{value:.4g}"


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
