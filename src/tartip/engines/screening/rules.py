"""Screening rules as an ordered list, the first that fits decides; compiled into a table of every possible call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.screening.facets import FACETS, SHAPE

MAX_PER_MINUTE: Final = 127
MAX_PER_HOUR: Final = 1023
MAX_BANDS: Final = 1_024  # pairs of a minute and an hour band; every pair multiplies the table of states
Band = tuple[int, int | None]
EVERY: Final[Band] = (0, None)


class Action(IntEnum):
    """What the switch is asked to do. UNKNOWN: the engine cannot judge; let it ring and count it."""

    PASS = 0
    WARN = 1
    BLOCK = 2
    UNKNOWN = 3


class BadRule(BadInput):
    """A rule that names a facet, value or band that does not exist."""

    code = "screening.bad_rule"


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` maps a facet to its allowed values; facets not named may be anything.

    `per_minute` and `per_hour` are bands lower <= calls < upper of the caller's own calls, this one included.
    """

    name: str
    action: Action
    when: Mapping[str, frozenset[IntEnum]] = field(default_factory=dict)
    per_minute: Band = EVERY
    per_hour: Band = EVERY

    def __post_init__(self) -> None:
        for facet, values in self.when.items():
            if facet not in FACETS:
                raise BadRule("facet", self.name, f"{facet} must be one of {', '.join(FACETS)}")
            if any(not isinstance(value, FACETS[facet]) for value in values):
                raise BadRule("value", f"{self.name} {facet}", f"must be of {FACETS[facet].__name__}")
        for label, (low, high), most in self.bands():
            if low < 0 or low > most or (high is not None and high > most):
                raise BadRule(label, self.name, f"bounds must lie in 0..{most}: counters stop there")

    def bands(self) -> tuple[tuple[str, Band, int], ...]:
        return ("per_minute", self.per_minute, MAX_PER_MINUTE), ("per_hour", self.per_hour, MAX_PER_HOUR)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; `read_rules` reads it back."""
        when = {facet: sorted(value.name for value in values) for facet, values in self.when.items()}
        bands = {label: list(band) for label, band, _ in self.bands() if band != EVERY}
        return {"name": self.name, "action": self.action.name, "when": when, **bands}


def rule(
    name: str, action: Action, per_minute: Band = EVERY, per_hour: Band = EVERY, **when: IntEnum | Iterable[IntEnum]
) -> Rule:
    """A rule in one line: `rule("denied", Action.BLOCK, listed=Listed.DENIED)`."""
    sets = {k: frozenset((v,)) if isinstance(v, IntEnum) else frozenset(v) for k, v in when.items()}
    return Rule(name, action, sets, per_minute, per_hour)


def read_rules(rows: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules from their JSON form; raises BadRule naming the rule and the word it does not know."""
    out = []
    if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
        raise BadRule("rules", type(rows).__name__, "must be a list of rules")
    for at, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise BadRule("rule", f"rule {at}", "must be an object with name, action and when")
        name = str(row.get("name", f"rule {at}"))
        if str(row.get("action")) not in Action.__members__:
            raise BadRule("action", name, f"must be one of {', '.join(Action.__members__)}")
        when: dict[str, frozenset[IntEnum]] = {}
        given = row.get("when", {})
        if not isinstance(given, Mapping) or not all(isinstance(words, list | tuple) for words in given.values()):
            raise BadRule("when", name, "must name a list of values for each facet")
        for facet, words in given.items():
            members = FACETS[facet].__members__ if facet in FACETS else {}
            for word in words:
                if not isinstance(word, str) or word not in members:
                    raise BadRule("value", f"{name} {facet}", f"{word!r} is unknown")
            when[facet] = frozenset(members[word] for word in words)
        bands = {label: _band(row.get(label, EVERY), name, label) for label in ("per_minute", "per_hour")}
        out.append(Rule(name, Action[row["action"]], when, **bands))
    return tuple(out)


def _band(value: Any, name: str, label: str) -> Band:
    low, high = value if isinstance(value, (list, tuple)) and len(value) == 2 else (None, None)
    if type(low) is not int or not (high is None or type(high) is int):
        raise BadRule(label, name, "must be [lower, upper or null] in whole calls")
    return low, high


@dataclass(frozen=True, slots=True)
class Policy:
    """Compiled rules. `decision[state]` is the index of the deciding rule; cuts are the bounds between bands."""

    rules: tuple[Rule, ...]
    decision: NDArray[np.uint8]
    minute_cuts: NDArray[np.int64]
    hour_cuts: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, ...]:
        return (*SHAPE, len(self.minute_cuts) + 1, len(self.hour_cuts) + 1)

    def describe(self, state: int) -> dict[str, str]:
        """The facets of one state in words: what the decision saw."""
        *facets, minute, hour = (int(index) for index in np.unravel_index(state, self.shape))
        words = {name: facet(index).name for (name, facet), index in zip(FACETS.items(), facets, strict=True)}
        words["per_minute"] = _band_text(self.minute_cuts, minute)
        words["per_hour"] = _band_text(self.hour_cuts, hour)
        return words


def compile_rules(rules: Sequence[Rule]) -> Policy:
    """Decide every state once. Raises BadRule if two rules share a name, or some state has no rule (it is named)."""
    names = [one.name for one in rules]
    if len(set(names)) != len(names) or not 0 < len(rules) < 255:
        raise BadRule("rules", "names", "need 1 to 254 rules with different names")
    minute, hour = cuts(rules, 0), cuts(rules, 1)
    if (len(minute) + 1) * (len(hour) + 1) > MAX_BANDS:
        raise BadRule("rules", "per_minute, per_hour", f"make more than {MAX_BANDS} pairs of bands")
    policy = Policy(tuple(rules), np.full(0, 0, np.uint8), minute, hour)
    decision = np.full(policy.shape, 255, np.uint8)
    for index in reversed(range(len(rules))):
        decision[covers(rules[index], minute, hour)] = index
    flat = decision.reshape(-1)
    if (flat == 255).any():
        raise BadRule("rules", policy.describe(int(np.argmax(flat == 255))), "no rule decides such a call")
    flat.setflags(write=False)
    return Policy(tuple(rules), flat, minute, hour)


def cuts(rules: Sequence[Rule], which: int) -> NDArray[np.int64]:
    """Sorted inner bounds of all bands of one window (0 minute, 1 hour)."""
    bounds = {bound for one in rules for bound in one.bands()[which][1] if bound}
    return np.array(sorted(bounds), np.int64)


def covers(one: Rule, minute: NDArray[np.int64], hour: NDArray[np.int64]) -> tuple[NDArray[np.intp], ...]:
    """Index grid (for `array[grid]`) of the states one rule speaks about."""
    chosen = [sorted(one.when.get(name, frozenset(facet))) for name, facet in FACETS.items()]
    for (low, high), bounds in ((one.per_minute, minute), (one.per_hour, hour)):
        edges = [0, *bounds.tolist()]
        chosen.append([i for i, edge in enumerate(edges) if low <= edge and (high is None or edge < high)])  # type: ignore[misc]
    return np.ix_(*(np.array(indexes, np.intp) for indexes in chosen))


def _band_text(bounds: NDArray[np.int64], band: int) -> str:
    edges = [0, *bounds.tolist()]
    return f"{edges[band]} and more" if band == len(edges) - 1 else f"{edges[band]}..{edges[band + 1] - 1}"
