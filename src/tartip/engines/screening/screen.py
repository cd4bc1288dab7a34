"""The screen: what a switch asks before a phone rings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput, expect
from tartip.engines.screening.decide import natures_of, state_of, states_of
from tartip.engines.screening.numbers import MALFORMED, Nature, pack_called, pack_or_malformed
from tartip.engines.screening.rules import Action
from tartip.engines.screening.tables import MAX_TRUNK, Tables
from tartip.engines.screening.windows import CallWindows

if TYPE_CHECKING:
    import pyarrow as pa

_FROM_ABROAD, _GUESSED = Nature.ABROAD, Nature.UNKNOWN
CHUNK = 65_536  # a batch lets other threads in between chunks
COLUMNS = ("caller", "called", "trunk", "at")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule` names the reason, `why` the facets it saw, `version` the tables that decided."""

    action: Action
    rule: str
    version: int
    why: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Answers for a batch: `state` int32[n] and `rule` uint8[n] (index into `tables.policy.rules`)."""

    tables: Tables
    state: NDArray[np.int32]
    rule: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.rule)

    @property
    def action(self) -> NDArray[np.uint8]:
        """Action of each call, uint8[n]."""
        return np.array([rule.action for rule in self.tables.policy.rules], np.uint8)[self.rule]

    def counts(self) -> dict[str, int]:
        """How many calls each rule decided, rules that decided none included."""
        found = np.bincount(self.rule, minlength=len(self.tables.policy.rules))
        return {rule.name: int(n) for rule, n in zip(self.tables.policy.rules, found, strict=True)}

    def to_arrow(self) -> pa.Table:
        """Columns action and rule (dictionary of text), state (int32)."""
        import pyarrow as pa

        names = pa.array([rule.name for rule in self.tables.policy.rules])
        rules = pa.DictionaryArray.from_arrays(pa.array(self.rule), names)
        actions = pa.DictionaryArray.from_arrays(pa.array(self.action), pa.array([action.name for action in Action]))
        return pa.table({"action": actions, "rule": rules, "state": pa.array(self.state)})


@dataclass(slots=True)
class _Live:
    """Tables with the verdicts met so far, replaced as one."""

    tables: Tables
    verdicts: dict[int, Verdict]
    arrays: tuple[Any, Any, Any, Any]
    from_abroad: frozenset[int]  # trunks whose digits begin with a country code

    @classmethod
    def begin(cls, tables: Tables) -> _Live:
        natures = natures_of(tables.fixed, np.arange(MAX_TRUNK + 1))
        return cls(tables, {}, tables.arrays, frozenset(np.flatnonzero(natures == Nature.ABROAD).tolist()))

    def meet(self, state: int) -> Verdict:
        policy = self.tables.policy
        rule = policy.rules[policy.decision[state]]
        verdict = Verdict(rule.action, rule.name, self.tables.version, policy.describe(state))
        self.verdicts[state] = verdict
        return verdict


class Screen:
    """Answers calls against the current tables; `swap` replaces them without a gap.

    One thread may swap while others ask: each answer comes from one whole state of the tables. The call counters are
    shared by all and survive a swap.
    """

    def __init__(self, tables: Tables, windows: CallWindows | None = None) -> None:
        expect("tables", tables, Tables)
        self._live = _Live.begin(tables)
        self.windows = windows or CallWindows()

    @property
    def tables(self) -> Tables:
        return self._live.tables

    def swap(self, tables: Tables) -> Tables:
        """Put new tables in force; returns the old ones."""
        expect("tables", tables, Tables)
        old, self._live = self._live, _Live.begin(tables)
        return old.tables

    def decide(self, caller: int | str, called: int | str, trunk: int, at: int, diverted_by: int | str = 0) -> Verdict:
        """Verdict on one call: packed numbers or text, trunk id, time in ms (UTC), forwarding number if any.

        Garbage in a number gets a verdict of rule `malformed`; a trunk or time that is no integer raises BadInput.
        """
        live, windows = self._live, self.windows
        if type(caller) is not int:
            caller = _packed(caller, live, trunk)
        if type(called) is not int:
            called = _packed(called, live, trunk, pack_called)
        if type(diverted_by) is not int:
            diverted_by = _packed(diverted_by, live, trunk)
        try:
            state = state_of(
                *live.arrays,
                windows.slots,
                caller,
                called,
                index(trunk),
                index(at),
                diverted_by,
            )
        except TypeError as error:
            raise BadInput("trunk or time", repr((trunk, at)), "must be integers") from error
        except OverflowError as error:
            raise BadInput("call", "an argument", "does not fit 64 bits") from error
        return live.verdicts.get(state) or live.meet(state)

    def decide_batch(self, calls: pa.Table | Mapping[str, Any]) -> Verdicts:
        """Verdicts on many calls in the order given.

        Columns caller, called (int64 packed, or text), trunk (integer), at (int64 ms or timestamp), and optionally
        diverted_by. Raises BadInput naming the column if one is missing, of another type, shorter, or has nulls.
        """
        live, windows = self._live, self.windows
        trunk, at = _column(calls, "trunk"), _column(calls, "at")
        natures = natures_of(live.tables.fixed, trunk)
        caller, called = _column(calls, "caller", natures), _column(calls, "called", natures)
        by = np.zeros(0, np.int64)
        if "diverted_by" in _names(calls):
            by = _column(calls, "diverted_by", natures)
        for name, column in zip(COLUMNS[1:], (called, trunk, at), strict=True):
            if len(column) != len(caller):
                raise BadInput(name, f"{len(column)} rows", f"must have {len(caller)} as caller")
        if len(by) not in (0, len(caller)):
            raise BadInput("diverted_by", f"{len(by)} rows", f"must have {len(caller)} as caller")
        state = np.empty(len(caller), np.int32)
        for start in range(0, len(caller), CHUNK):
            part = slice(start, start + CHUNK)
            states_of(
                *live.arrays, windows.slots,
                caller[part], called[part], trunk[part], at[part], by[part], state[part],
            )  # fmt: skip
        return Verdicts(live.tables, state, live.tables.policy.decision[state])


def _packed(number: Any, live: _Live, trunk: Any, read: Callable[[str, Nature], int] = pack_or_malformed) -> int:
    if isinstance(number, str):
        return read(number, _nature(live, trunk))
    try:
        return index(number)
    except TypeError:
        return MALFORMED


def _nature(live: _Live, trunk: Any) -> Nature:
    """How digits without a sign of their nature are to be read on a trunk, a NumPy integer too."""
    try:
        return _FROM_ABROAD if trunk in live.from_abroad else _GUESSED
    except TypeError:  # not hashable, so no integer: refused when the call is judged
        return _GUESSED


def _names(calls: pa.Table | Mapping[str, Any]) -> list[str]:
    return list(getattr(calls, "column_names", calls))


def _column(
    calls: pa.Table | Mapping[str, Any], name: str, natures: NDArray[np.uint8] | None = None
) -> NDArray[np.int64]:
    if name not in _names(calls):
        raise BadInput("column", name, "is missing")
    column = calls[name]
    if isinstance(column, np.ndarray):
        if column.dtype.kind not in "iu" or column.ndim != 1:
            raise BadInput(name, str(column.dtype), "must be a flat array of integers")
        return np.ascontiguousarray(column, np.int64)
    return _from_arrow(column, name, natures)


def _from_arrow(column: Any, name: str, natures: NDArray[np.uint8] | None) -> NDArray[np.int64]:
    import pyarrow as pa

    from tartip.engines.screening.columns import pack_column

    if not isinstance(column, (pa.Array, pa.ChunkedArray)):
        raise BadInput(name, type(column).__name__, "must be a NumPy array or an Arrow column")
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        if natures is None:
            raise BadInput(name, str(column.type), "must be integers")
        if len(column) != len(natures):
            raise BadInput(name, f"{len(column)} rows", f"must have {len(natures)} as trunk")
        return pack_column(column, natures, pack_called if name == "called" else pack_or_malformed)
    if column.null_count:
        raise BadInput(name, f"{column.null_count} rows", "must not be null")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ms", tz=column.type.tz), safe=False).cast(pa.int64())
    if not pa.types.is_integer(column.type):
        raise BadInput(name, str(column.type), "must be integers")
    return np.ascontiguousarray(column.to_numpy(), np.int64)
