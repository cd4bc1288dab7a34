"""Can these tables be right? Asked before compiled code, which checks no bounds, looks anything up in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import home_slot
from tartip.engines.screening import decide
from tartip.engines.screening.automaton import LABEL, WIDTH
from tartip.engines.screening.facets import Ingress
from tartip.engines.screening.listed import BITS, FLAGS, OPERATOR_SHIFT
from tartip.engines.screening.numbers import MAX_E164
from tartip.engines.screening.plan import Kind
from tartip.engines.screening.rules import Policy

Int64s = NDArray[np.int64]
TYPES = {"automaton": np.int16, "of_prefix": np.uint8, "words": np.int64, "ends": np.int64, "fixed": np.int64}
OPERATORS = 32


def find_fault(arrays: dict[str, NDArray[Any]], policy: Policy) -> str:
    """What cannot be right in words; empty if nothing is found. `arrays` as `store.save_tables` writes them."""
    for name, dtype in TYPES.items():
        if name not in arrays or arrays[name].dtype != dtype:
            return f"{name} is missing or of another type"
    automaton, words, ends, fixed = (arrays[name] for name in ("automaton", "words", "ends", "fixed"))
    if automaton.ndim != 2 or automaton.shape[1] != WIDTH or not len(automaton):
        return "the automaton has another shape"
    steps, labels = automaton[:, :LABEL], automaton[:, LABEL]
    if steps.min() < 0 or steps.max() >= len(automaton) or labels.min() < 0 or labels.max() >= len(Kind):
        return "the automaton leads out of itself"
    if arrays["of_prefix"].shape != (1000,) or arrays["of_prefix"].max() >= OPERATORS:
        return "the operators of prefixes are not those of a plan"
    if words.ndim != 1 or not _is_size(len(words)) or not _numbers_fit(words):
        return "the listed numbers are no table"
    if ends.ndim != 2 or ends.shape[1] != 3 or not _is_size(len(ends)) or not _ends_fit(ends):
        return "the ends of validity are no table"
    return "" if _fixed_fits(fixed, policy) else "the trunks and registers do not fit the rules"


def _is_size(slots: int) -> bool:
    return 16 <= slots <= 2**31 and slots & (slots - 1) == 0


@njit(cache=True)
def _numbers_fit(words: Int64s) -> bool:
    """At most half full, so that a search ends; each number where a search finds it."""
    used = 0
    for at in range(words.size):
        used += words[at] != 0
    if 2 * used > words.size:
        return False
    for at in range(words.size):
        number = words[at] >> BITS
        flags = words[at] & FLAGS
        if words[at] != 0 and (number <= 0 or number > MAX_E164 or flags == 0 or flags >> OPERATOR_SHIFT >= OPERATORS):
            return False
        if words[at] != 0:
            place = home_slot(number, words.size)
            while place != at:
                if words[place] == 0 or words[place] >> BITS == number:
                    return False
                place = (place + 1) & (words.size - 1)
    return True


@njit(cache=True)
def _ends_fit(ends: Int64s) -> bool:
    used = 0
    for at in range(ends.shape[0]):
        used += ends[at, 0] != 0
    if 2 * used > ends.shape[0]:
        return False
    for at in range(ends.shape[0]):
        if ends[at, 0] != 0:
            place = home_slot(ends[at, 0], ends.shape[0])
            while place != at:
                if ends[place, 0] == 0 or ends[place, 0] == ends[at, 0]:
                    return False
                place = (place + 1) & (ends.shape[0] - 1)
    return True


def _fixed_fits(fixed: NDArray[Any], policy: Policy) -> bool:
    minute, hour = len(policy.minute_cuts), len(policy.hour_cuts)
    first = decide.CUTS + minute + hour
    if fixed.ndim != 1 or len(fixed) <= first:
        return False
    values = np.asarray(fixed, np.int64)
    cuts = np.concatenate((policy.minute_cuts, policy.hour_cuts))
    if values[decide.MINUTE_BANDS] != minute + 1 or values[decide.HOUR_BANDS] != hour + 1:
        return False
    if not np.array_equal(values[decide.CUTS : first], cuts):
        return False
    prefixes, trunks = values[decide.PREFIXES : decide.PREFIXES + 1000], values[first:]
    if prefixes.min() < 0 or prefixes.max() >= OPERATORS:
        return False
    return bool(trunks.min() >= 0 and (trunks >> 8).max() < len(Ingress) and (trunks & 255).max() < OPERATORS)
