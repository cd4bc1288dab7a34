"""Finds bands that contradict each other or their own text, and weights that can never matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from tartip.engines.transfers.catalogue import RuleCard
from tartip.engines.transfers.typology import Typology

SPANS: Final = {
    "ms": Fraction(1),
    "second": Fraction(1_000),
    "minute": Fraction(60_000),
    "hour": Fraction(3_600_000),
    "day": Fraction(86_400_000),
    "week": Fraction(604_800_000),
    "month": Fraction(2_629_743_000),  # a twelfth of a mean year, as in the public configuration
    "year": Fraction(31_556_916_000),
}
_WITH_UNIT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(ms|second|minute|hour|day|week|month|year)s?\b")
_AGE = re.compile(r"\b(\d+)\b(?=\s*(?:years|or older|or younger))")


@dataclass(frozen=True, slots=True)
class Finding:
    """kind: empty, overlap, gap, duplicate, text, tolerance, unit, weight or threshold."""

    kind: str
    rule: str
    text: str


def lint_cards(cards: Sequence[RuleCard]) -> list[Finding]:
    """Findings on the rules as people read them."""
    return [finding for card in cards for finding in _card(card)]


def lint_typology(typology: Typology, cards: Sequence[RuleCard]) -> list[Finding]:
    """Weights of answers a rule never gives, rules without weight, thresholds no transfer can reach."""
    answers = {card.number: set(card.texts) for card in cards}
    found = []
    for number, weights in typology.weights.items():
        for ref in sorted(set(weights) - answers.get(number, set())):
            found.append(Finding("weight", number, f"weighs {ref}, which the rule never answers"))
    for number in sorted(set(answers) - set(typology.weights)):
        found.append(Finding("weight", number, "has no weight at all"))
    most = sum(max([0, *weights.values()]) for weights in typology.weights.values())
    for name, threshold in (("alert", typology.alert), ("hold", typology.hold)):
        if threshold > most:
            found.append(Finding("threshold", "", f"{name} at {threshold} is never reached: the most is {most}"))
    return found


def _card(card: RuleCard) -> Iterator[Finding]:
    refs = [band.ref for band in card.bands] + [ref for ref, _ in card.exits] + [ref for ref, _, _ in card.cases]
    for ref in sorted({ref for ref in refs if refs.count(ref) > 1}):
        yield Finding("duplicate", card.number, f"{ref} is given twice")
    if not card.unit or "not stated" in card.unit:
        yield Finding("unit", card.number, "the unit of the bounds is not stated")
    yield from _line(card)
    for band in card.bands:
        if card.tolerance_percent and re.search(r"\b(same|equal|identical)\b", band.text):
            text = f'{band.ref} says "{band.text}" although {card.tolerance_percent} % are tolerated'
            yield Finding("tolerance", card.number, text)
        bounds = [bound for bound in (band.lower, band.upper) if bound is not None]
        for said, value in _said(card, band.text):
            if bounds and not any(_near(value, bound) for bound in bounds):
                numbers = " and ".join(str(bound) for bound in bounds)
                yield Finding("text", card.number, f'{band.ref} says "{said}", its bounds are {numbers} {card.unit}')


def _line(card: RuleCard) -> Iterator[Finding]:
    """Bands in the order given should tile the line from the first lower to the last upper bound."""
    for band in card.bands:
        if band.lower is not None and band.upper is not None and band.lower >= band.upper:
            yield Finding("empty", card.number, f"{band.ref} holds nothing: {band.lower} to {band.upper}")
    for left, right in pairwise(sorted(card.bands, key=lambda band: (band.lower is not None, band.lower or 0))):
        if left.upper is None or right.lower is None or right.lower < left.upper:
            yield Finding("overlap", card.number, f"{left.ref} and {right.ref} share values")
        elif right.lower > left.upper:
            text = f"nothing between {left.ref} ending at {left.upper} and {right.ref} beginning at {right.lower}"
            yield Finding("gap", card.number, text)


def _said(card: RuleCard, text: str) -> Iterator[tuple[str, Fraction]]:
    """Numbers a text gives in the unit of the rule."""
    if card.unit == "ms":
        for number, unit in _WITH_UNIT.findall(text):
            yield f"{number} {unit}s", Fraction(number.replace(",", ".")) * SPANS[unit]
    elif card.unit == "years":
        for number in _AGE.findall(text):
            yield number, Fraction(number)


def _near(said: Fraction, bound: Fraction) -> bool:
    """A text may round by two per cent: three months are about 91 days."""
    return abs(said - bound) * 50 <= abs(bound)
