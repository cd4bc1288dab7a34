"""The decision itself, compiled: from one call to the index of its state (all facets in one number).

`Policy.decision[state]` is the rule; `Policy.describe(state)` the reasons. Digits, trunk and time only.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.hashing import home_slot
from tartip.engines.screening import facets
from tartip.engines.screening.automaton import LABEL
from tartip.engines.screening.listed import (
    ALLOWED,
    DENIED,
    NEVER_CALLS,
    OPERATOR_SHIFT,
    ROAMER,
    TIMED,
    flags_of,
    until_of,
)
from tartip.engines.screening.numbers import CALLED_FOR_HELP, MAX_E164, SHORT_CODES, WITHHELD, Nature
from tartip.engines.screening.plan import Kind
from tartip.engines.screening.windows import count_call

Int64s = NDArray[np.int64]
Steps = NDArray[np.int16]

_SHORT, _WITHHELD, _MALFORMED = int(Kind.SHORT), int(Kind.WITHHELD), int(Kind.MALFORMED)
_MOBILE, _FIXED = int(Kind.HOME_MOBILE), int(Kind.HOME_FIXED)
_CALLED_HOME, _CALLED_FOREIGN = int(facets.Called.HOME), int(facets.Called.FOREIGN)
_CALLED_SHORT, _CALLED_EMERGENCY = int(facets.Called.SHORT), int(facets.Called.EMERGENCY)
_IS_ALLOWED, _IS_DENIED = int(facets.Listed.ALLOWED), int(facets.Listed.DENIED)
_IS_NEVER = int(facets.Listed.NEVER_CALLS)
_ABROAD, _GUESSED = int(Nature.ABROAD), int(Nature.UNKNOWN)
_INTERNATIONAL = int(facets.Ingress.INTERNATIONAL)
_ROAMS, _ROAMING_UNKNOWN = int(facets.Roaming.YES), int(facets.Roaming.UNKNOWN)
_BY_ROAMER, _BY_OTHER = int(facets.Diverted.BY_ROAMER), int(facets.Diverted.BY_OTHER)
_OWNER_SAME, _OWNER_OTHER = int(facets.Owner.SAME), int(facets.Owner.OTHER)
_N_CALLED, _N_CALLER, _N_LISTED, _N_ROAMING, _N_DIVERTED, _N_OWNER = facets.SHAPE[1:]
HOME_FIRST: Final = 70_000_000_000
HOME_LAST: Final = 79_999_999_999
AREA_FIRST: Final = 7_700_000
AREA_LAST: Final = 7_799_999
BLOCK: Final = 64
PREFIX: Final = 10_000_000  # number // PREFIX - 7000 are the first three national digits
# Places in `fixed`, the small tables as one array: one array less is 150 ns less for a Python caller.
STALE_AFTER: Final = 0
MINUTE_BANDS: Final = 1
HOUR_BANDS: Final = 2
REGISTERS: Final = 3  # 32 operators: when their roaming register was true, ms
PREFIXES: Final = 35  # 1,000 leading national digits: operator
CUTS: Final = 1035  # bounds of minute bands, then of hour bands, then trunks: ingress << 8 | operator


@njit(cache=True)
def kind_of(steps: Steps, number: int) -> int:
    """Kind of a packed number: walk the automaton over its digits, most significant first."""
    if number <= 0 or number > MAX_E164:
        if number == WITHHELD:
            return _WITHHELD
        return _SHORT if -SHORT_CODES < number < 0 else _MALFORMED
    reversed_digits = 0  # four bits a digit
    size = 0
    while number > 0:
        reversed_digits = (reversed_digits << 4) | (number % 10)
        number //= 10
        size += 1
    state = steps.shape[0] - 1
    for _ in range(size):
        state = steps[state, reversed_digits & 15]
        reversed_digits >>= 4
    return int(steps[state, LABEL])


@njit(cache=True)
def called_of(number: int) -> int:
    if number in CALLED_FOR_HELP:  # a caller of ours that forgot the minus sign: no number of any country is that short
        return _CALLED_EMERGENCY
    if number > 0:
        if number > MAX_E164:
            return 0
        if AREA_FIRST <= number <= AREA_LAST and number % 1000 in CALLED_FOR_HELP:  # +7 727 112, no subscriber's number
            return _CALLED_EMERGENCY
        # Zone 7 is shared: leading national digit 0, 6 or 7 is home.
        lead = (number - HOME_FIRST) // 1_000_000_000
        home = HOME_FIRST <= number <= HOME_LAST and (lead == 7 or lead == 6 or lead == 0)
        return _CALLED_HOME if home else _CALLED_FOREIGN
    if -SHORT_CODES < number < 0:
        return _CALLED_EMERGENCY if -number in CALLED_FOR_HELP else _CALLED_SHORT
    return 0


@njit(cache=True)
def ingress_of(fixed: Int64s, trunk: int) -> int:
    """Where calls of a trunk come from (facets.Ingress); 0, unknown, for a trunk that is not in the tables."""
    first = CUTS + fixed[MINUTE_BANDS] + fixed[HOUR_BANDS] - 2
    return int(fixed[first + trunk] >> 8) if 0 <= trunk < fixed.size - first else 0


@njit(cache=True)
def natures_of(fixed: Int64s, trunks: Int64s) -> NDArray[np.uint8]:
    """How digits without a sign of their nature are to be read on each trunk: uint8[n] of numbers.Nature."""
    out = np.empty(trunks.size, np.uint8)
    for row in range(trunks.size):
        out[row] = _ABROAD if ingress_of(fixed, trunks[row]) == _INTERNATIONAL else _GUESSED
    return out


@njit(cache=True)
def listed_of(ends: Int64s, number: int, flags: int, at: int) -> int:
    allowed, denied = flags & ALLOWED != 0, flags & DENIED != 0
    if flags & TIMED:
        allowed = allowed and at < until_of(ends, number, 2)
        denied = denied and at < until_of(ends, number, 1)
    if allowed:
        return _IS_ALLOWED
    if denied:
        return _IS_DENIED
    return _IS_NEVER if flags & NEVER_CALLS else 0


@njit(cache=True)
def band_of(fixed: Int64s, first: int, bands: int, count: int) -> int:
    band = 0
    while band < bands - 1 and count >= fixed[first + band]:
        band += 1
    return band


@njit(cache=True)
def state_of(
    steps: Steps,
    words: Int64s,
    ends: Int64s,
    fixed: Int64s,
    slots: Int64s,
    caller: int,
    called: int,
    trunk: int,
    at: int,
    diverted_by: int,
) -> int:
    """State of one call; counts it in the caller's windows unless it goes to an emergency number."""
    minute_bands, hour_bands = fixed[MINUTE_BANDS], fixed[HOUR_BANDS]
    first_trunk = CUTS + minute_bands + hour_bands - 2
    entry = fixed[first_trunk + trunk] if 0 <= trunk < fixed.size - first_trunk else 0
    ingress, behind = entry >> 8, entry & 255
    kind = kind_of(steps, caller)
    target = called_of(called)
    listed, roaming, diverted, owner, minute, hour = 0, 0, 0, 0, 0, 0
    if 0 < caller <= MAX_E164:
        flags = flags_of(words, caller)
        if flags & (ALLOWED | DENIED | NEVER_CALLS):
            listed = listed_of(ends, caller, flags, at)
        if kind == _MOBILE:
            operator = flags >> OPERATOR_SHIFT
            prefix = caller // PREFIX - 7000
            if operator == 0 and 0 <= prefix < 1000:  # outside only if the plan calls a foreign number a home one
                operator = fixed[PREFIXES + prefix]
            if flags & ROAMER:
                roaming = _ROAMS
            elif operator == 0 or at - fixed[REGISTERS + operator] > fixed[STALE_AFTER]:
                roaming = _ROAMING_UNKNOWN
            if operator != 0 and behind != 0:
                owner = _OWNER_SAME if operator == behind else _OWNER_OTHER
        if target != _CALLED_EMERGENCY:
            calls_minute, calls_hour = count_call(slots, caller, at)
            minute = band_of(fixed, CUTS, minute_bands, calls_minute)
            hour = band_of(fixed, CUTS + minute_bands - 1, hour_bands, calls_hour)
    if diverted_by != 0:
        by_roamer = 0 < diverted_by <= MAX_E164 and flags_of(words, diverted_by) & ROAMER
        diverted = _BY_ROAMER if by_roamer else _BY_OTHER
    state = ((ingress * _N_CALLED + target) * _N_CALLER + kind) * _N_LISTED + listed
    state = ((state * _N_ROAMING + roaming) * _N_DIVERTED + diverted) * _N_OWNER + owner
    return int((state * minute_bands + minute) * hour_bands + hour)


@njit(cache=True)
def states_of(
    steps: Steps,
    words: Int64s,
    ends: Int64s,
    fixed: Int64s,
    slots: Int64s,
    caller: Int64s,
    called: Int64s,
    trunk: Int64s,
    at: Int64s,
    diverted_by: Int64s,
    out: NDArray[np.int32],
) -> int:
    """As `state_of` for columns, in the order given. `diverted_by` may be empty: nothing was forwarded.

    Each block first touches the memory its calls will need, so that cache misses overlap instead of queueing.
    """
    touched = 0
    for start in range(0, out.size, BLOCK):
        stop = min(start + BLOCK, out.size)
        for row in range(start, stop):
            touched ^= words[home_slot(caller[row], words.size)]
            touched ^= slots[home_slot(caller[row], slots.shape[0] - 1), 0]
        for row in range(start, stop):
            by = diverted_by[row] if diverted_by.size else 0
            out[row] = state_of(steps, words, ends, fixed, slots, caller[row], called[row], trunk[row], at[row], by)
    return touched
