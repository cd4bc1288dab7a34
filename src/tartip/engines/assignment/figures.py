"""What a simulated day comes to: whole numbers by priority, and how busy each unit was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tartip.engines.assignment.checks import Ints


@dataclass(frozen=True, slots=True)
class PriorityFigures:
    """Response: from the call to the first unit on scene. Times are None if nobody was served."""

    calls: int
    unserved: int  # never served: no way, or held back for ever; they count as late
    late_permille: int  # of all calls, rounded half up
    mean_ms: int | None  # rounded half up
    median_ms: int | None  # nearest rank: a value that happened
    p90_ms: int | None


@dataclass(frozen=True, slots=True)
class DayResult:
    """Calls in the order they came in; -1 where a call was never served."""

    unit: Ints  # (calls,)
    sent_ms: Ints  # (calls,) when the unit left
    response_ms: Ints  # (calls,)
    busy_ms: Ints  # (units,) from leaving to clear, within the day or after it
    ended_ms: int  # the last unit was clear, or the last call came
    by_priority: dict[int, PriorityFigures]
    overall: PriorityFigures


def figures_of(response: Ints, norm: Ints) -> PriorityFigures:
    """response: (calls,) ms, -1 if unserved; norm: (calls,) the response that still is in time."""
    calls, served = len(response), np.sort(response[response >= 0])
    late = int(((response < 0) | (response > norm)).sum())
    count = len(served)
    return PriorityFigures(
        calls=calls,
        unserved=calls - count,
        late_permille=(2000 * late + calls) // (2 * calls) if calls else 0,
        mean_ms=(2 * sum(served.tolist()) + count) // (2 * count) if count else None,
        median_ms=rank(served, 500),
        p90_ms=rank(served, 900),
    )


def rank(ordered: Ints, permille: int) -> int | None:
    """The smallest value that at least this share of all values does not pass."""
    if not len(ordered):
        return None
    return int(ordered[max(1, -(-permille * len(ordered) // 1000)) - 1])
