"""Finds what is wrong with a list of rules before it goes live. Exact: every possible state of a call is looked at.

Error kinds: `empty` (can never fit), `unreachable` (earlier rules take all its calls), `contradiction` (the same calls,
another action, and only the order decides), `overlap` and `gap` (bands of a family of rules that differ in their bands
alone), `undecided` (calls without a rule). Note: `order` (partly the same calls, another action, the earlier wins).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tartip.engines.screening.rules import Band, Policy, Rule, covers, cuts

ERRORS = ("empty", "unreachable", "contradiction", "overlap", "gap", "undecided")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or a note about one rule; `others`: rules it clashes with, `is_error`: refuse the rule."""

    kind: str
    rule: str
    others: tuple[str, ...]
    text: str

    @property
    def is_error(self) -> bool:
        return self.kind in ERRORS


def lint_rules(rules: Sequence[Rule], *, notes: bool = False) -> list[Finding]:
    """Findings in the order of the rules; `notes=True` adds the overlaps that the order settles."""
    minute, hour = cuts(rules, 0), cuts(rules, 1)
    shape = Policy(tuple(rules), np.zeros(0, np.uint8), minute, hour).shape
    taken = np.zeros(shape, bool)
    mine: list[NDArray[np.bool_]] = []
    found: list[Finding] = []
    for at, one in enumerate(rules):
        area = np.zeros(shape, bool)
        area[covers(one, minute, hour)] = True
        size = int(area.sum())
        if size == 0:
            found.append(Finding("empty", one.name, (), "no call can fit: a set or a band is empty"))
        else:
            earlier = [(rules[i], int((area & mine[i]).sum()), int(mine[i].sum())) for i in range(at)]
            found += _against_earlier(one, size, earlier, bool((area & ~taken).any()), notes)
        mine.append(area)
        taken |= area
    found += _bands(rules)
    if not taken.all():
        state = Policy(tuple(rules), np.zeros(0, np.uint8), minute, hour).describe(int(np.argmin(taken.reshape(-1))))
        found.append(Finding("undecided", "", (), f"no rule decides {int((~taken).sum())} states, such as {state}"))
    return found


def _against_earlier(
    one: Rule, size: int, earlier: list[tuple[Rule, int, int]], reachable: bool, notes: bool
) -> list[Finding]:
    out = []
    if not reachable:
        blockers = tuple(other.name for other, common, _ in earlier if common)
        out.append(Finding("unreachable", one.name, blockers, "earlier rules take every call it speaks about"))
    for other, common, its in earlier:
        if not common or other.action == one.action:
            continue
        if common == size == its:
            text = f"speaks about the same calls as {other.name} and wants another action"
            out.append(Finding("contradiction", one.name, (other.name,), text))
        elif notes and common not in (size, its):
            text = f"shares {common} of {size} states with {other.name}, which comes first and wants another action"
            out.append(Finding("order", one.name, (other.name,), text))
    return out


def _bands(rules: Sequence[Rule]) -> list[Finding]:
    """Rules that differ in one band alone should tile its line; the last default rule is no member of a family."""
    out = []
    families: dict[object, list[tuple[Rule, Band]]] = {}
    for one in rules:
        facets = frozenset(one.when.items())
        if one.per_minute != (0, None):
            families.setdefault(("per_minute", facets, one.per_hour), []).append((one, one.per_minute))
        if one.per_hour != (0, None):
            families.setdefault(("per_hour", facets, one.per_minute), []).append((one, one.per_hour))
    for family in families.values():
        family.sort(key=lambda member: member[1][0])
        for (left, (_, upper)), (right, (lower, _)) in pairwise(family):
            if upper is None or lower < upper:
                top = "no upper bound" if upper is None else f"upper bound {upper}"
                out.append(Finding("overlap", right.name, (left.name,), f"begins at {lower}, {left.name} has {top}"))
            elif lower > upper:
                out.append(Finding("gap", right.name, (left.name,), f"nothing speaks about {upper}..{lower - 1}"))
    return out
