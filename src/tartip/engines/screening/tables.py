"""Plan, lists, trunks and rules as one immutable object. A change is a new object: readers see all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.hashing import slots_for
from tartip.engines.screening import decide, listed
from tartip.engines.screening.default_rules import DEFAULT_RULES
from tartip.engines.screening.facets import Ingress
from tartip.engines.screening.lists import Listing, Lists, Ported, Register, Trunk
from tartip.engines.screening.numbers import MAX_E164
from tartip.engines.screening.plan import NumberPlan, default_plan
from tartip.engines.screening.rules import Policy, Rule, compile_rules

MAX_TRUNK = 65_535
NEVER_SEEN = -(2**60)  # as_of of a register that was never received


class BadTables(BadInput):
    """Lists or trunks that cannot be used together."""

    code = "screening.bad_tables"


@dataclass(frozen=True, slots=True)
class Tables:
    """`version` is the caller's name for this state and comes back with every verdict.

    `words`: all listed numbers (see `listed`). `ends`: validity ends. `fixed`: everything small (see `decide`).
    The arrays are read-only.
    """

    version: int
    plan: NumberPlan
    policy: Policy
    words: NDArray[np.int64]
    ends: NDArray[np.int64]
    fixed: NDArray[np.int64]
    count: int

    def __post_init__(self) -> None:
        for array in self.arrays:
            array.setflags(write=False)

    @property
    def arrays(self) -> tuple[NDArray[np.int16], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """What the compiled decision takes, in its order."""
        return self.plan.automaton.table, self.words, self.ends, self.fixed

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays) + self.policy.decision.nbytes


def build_tables(
    lists: Lists,
    trunks: Mapping[int, Trunk],
    rules: Sequence[Rule] = DEFAULT_RULES,
    *,
    version: int = 0,
    stale_after_ms: int = 600_000,
    plan: NumberPlan | None = None,
) -> Tables:
    """Build one state of the tables; about 0.1 s per million listed numbers.

    version: the caller's name for this state, a whole number below 2^63. A roaming register older than
    `stale_after_ms` at the time of a call answers UNKNOWN. Raises BadTables, BadRule.
    """
    for name, value in (("version", version), ("stale_after_ms", stale_after_ms)):
        if type(value) is not int or not 0 <= value < 2**63:  # a saved file could not be read back
            raise BadTables(name, repr(value)[:40], "must be a whole number from 0 to 2^63 - 1")
    if not isinstance(trunks, Mapping) or not all(type(number) is int for number in trunks):
        raise BadTables("trunks", type(trunks).__name__, "must be Trunks by their whole numbers")
    plan = plan or default_plan()
    parts = _checked(lists)
    words = np.zeros(slots_for(sum(len(numbers) for _, numbers, _ in parts)), np.int64)
    count = 0
    for name, numbers, flags in parts:
        new = listed.mark(words, numbers, flags)
        if new < 0:
            raise BadTables(name, f"row {-1 - new}", "the number is listed twice")
        count += new
    policy = compile_rules(rules)
    fixed = _fixed(plan, policy, lists, trunks, stale_after_ms)
    return Tables(version, plan, policy, words, _ends(lists), fixed, count)


def _checked(lists: Lists) -> list[tuple[str, NDArray[np.int64], NDArray[np.int64]]]:
    """Every list as (name, numbers, flags), with all rules on its values applied."""
    _check_kinds(lists)
    parts = []
    listings = {"denied": listed.DENIED, "allowed": listed.ALLOWED, "never_calls": listed.NEVER_CALLS}
    for name, flag in listings.items():
        listing: Listing = getattr(lists, name)
        numbers = _numbers(name, listing.numbers)
        timed = 0
        if listing.until is not None:
            timed = listed.TIMED
            if len(listing.until) != len(numbers):
                raise BadTables(f"{name} until", len(listing.until), f"must have {len(numbers)} rows as its numbers")
            if name == "never_calls":
                raise BadTables("never_calls until", name, "has no validity end")
        parts.append((name, numbers, np.full(len(numbers), flag | timed, np.int64)))
    for operator, register in lists.roamers.items():
        _operator("roamers", operator, operator)
        numbers = _numbers(f"roamers of {operator}", register.numbers)
        parts.append((f"roamers {operator}", numbers, np.full(len(numbers), listed.ROAMER, np.int64)))
    numbers, operators = _numbers("ported", lists.ported.numbers), np.asarray(lists.ported.operators, np.int64)
    if len(numbers) != len(operators):
        raise BadTables("ported operators", len(operators), f"must have {len(numbers)} rows as its numbers")
    for row in np.flatnonzero((operators < 1) | (operators > 31))[:1]:
        _operator("ported", int(operators[row]), f"row {row}")
    parts.append(("ported", numbers, operators << listed.OPERATOR_SHIFT))
    return parts


def _check_kinds(lists: Lists) -> None:
    """Plain numbers or texts in the place of a Listing or a Register are a mistake that is easily made."""
    if not isinstance(lists, Lists):
        raise BadTables("lists", type(lists).__name__, "must be Lists")
    for name in ("denied", "allowed", "never_calls"):
        if not isinstance(getattr(lists, name), Listing):
            raise BadTables(name, type(getattr(lists, name)).__name__, "must be a Listing")
    if not isinstance(lists.roamers, Mapping):
        raise BadTables("roamers", type(lists.roamers).__name__, "must be Registers by their operators")
    for operator, register in lists.roamers.items():
        if type(operator) is not int or not isinstance(register, Register):
            raise BadTables("roamers", repr(operator)[:40], "must be Registers by their operators")
        if not isinstance(register.as_of, int | np.integer) or not 0 <= register.as_of < 2**62:
            raise BadTables(f"roamers {operator} as_of", repr(register.as_of)[:40], "must be whole milliseconds")
    if not isinstance(lists.ported, Ported):
        raise BadTables("ported", type(lists.ported).__name__, "must be Ported")


def _numbers(name: str, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    numbers = np.asarray(numbers)
    if numbers.ndim != 1 or (len(numbers) and numbers.dtype != np.int64):
        raise BadTables(name, str(numbers.dtype), "must be a flat int64 array of packed numbers")
    outside = np.flatnonzero((numbers <= 0) | (numbers > MAX_E164))
    if len(outside):
        raise BadTables(name, f"row {outside[0]}", "is no international number (short codes cannot be listed)")
    return np.ascontiguousarray(numbers, np.int64)


def _operator(name: str, operator: int, where: object) -> None:
    if not 0 < operator < 32:
        raise BadTables(name, where, "operator must lie in 1..31")


def _ends(lists: Lists) -> NDArray[np.int64]:
    timed = [
        (listing, column) for listing, column in ((lists.denied, 1), (lists.allowed, 2)) if listing.until is not None
    ]
    ends = np.zeros((slots_for(sum(len(listing.numbers) for listing, _ in timed)), 3), np.int64)
    for listing, column in timed:
        listed.set_until(ends, np.asarray(listing.numbers, np.int64), np.asarray(listing.until, np.int64), column)
    return ends


def _fixed(
    plan: NumberPlan, policy: Policy, lists: Lists, trunks: Mapping[int, Trunk], stale_after_ms: int
) -> NDArray[np.int64]:
    cuts = np.concatenate((policy.minute_cuts, policy.hour_cuts))
    first_trunk = decide.CUTS + len(cuts)
    fixed = np.zeros(first_trunk + max(trunks, default=0) + 1, np.int64)
    fixed[decide.STALE_AFTER] = stale_after_ms
    fixed[decide.MINUTE_BANDS] = len(policy.minute_cuts) + 1
    fixed[decide.HOUR_BANDS] = len(policy.hour_cuts) + 1
    fixed[decide.CUTS : first_trunk] = cuts
    fixed[decide.PREFIXES : decide.PREFIXES + 1000] = plan.operator_of_prefix
    fixed[decide.REGISTERS : decide.REGISTERS + 32] = NEVER_SEEN
    for operator, register in lists.roamers.items():
        fixed[decide.REGISTERS + operator] = register.as_of
    for number, trunk in trunks.items():
        if not isinstance(trunk, Trunk) or not isinstance(trunk.ingress, Ingress):
            raise BadTables("trunk", number, "must be a Trunk with an Ingress")
        if not 0 <= number <= MAX_TRUNK or type(trunk.operator) is not int or not 0 <= trunk.operator < 32:
            raise BadTables("trunk", number, f"ids lie in 0..{MAX_TRUNK}, operators in 0..31")
        fixed[first_trunk + number] = trunk.ingress << 8 | trunk.operator
    return fixed
