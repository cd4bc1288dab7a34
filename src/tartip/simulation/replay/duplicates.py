"""How well the suggester of duplicates does: each call against the incidents open when it was understood.

The truth here is the source's own mark (DUP, V). It names no original, and most originals are not in the file; so
"found" is counted against what could be found at all as well: marked calls with an earlier call at the same address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tartip.operations.incidents.queries import LOOKALIKE_MINUTES, Seen, likeness
from tartip.simulation.replay.mapping import CallMapping
from tartip.simulation.replay.measures import Opened
from tartip.simulation.replay.source import Row

SCORES = (60, 65, 70, 75, 80, 85, 90, 95)
WINDOW = timedelta(minutes=LOOKALIKE_MINUTES)
# A cell of this many micro-degrees is wider than the farthest look-alike: the neighbours of one hold them all.
CELL = 20_000


@dataclass(frozen=True, slots=True)
class Best:
    """The likeliest open incident when a call was understood, and the call that opened it; 0 where there was none."""

    number: str
    score: int
    origin: str


def best_of(calls: Iterable[Opened]) -> list[Best]:
    """For each call with a place its best suggestion, as the live query would have scored it then."""
    near: dict[tuple[int, int], list[tuple[Opened, Seen]]] = defaultdict(list)
    found = []
    for call in sorted(calls, key=lambda call: (call.at, call.number)):
        if call.lon_e6 is None or call.lat_e6 is None:
            continue
        seen = Seen(call.kind, call.at, call.lon_e6, call.lat_e6, call.radius_m, call.address)
        x, y = call.lon_e6 // CELL, call.lat_e6 // CELL
        best, origin = 0, ""
        for cell in [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]:
            if cell not in near:
                continue
            near[cell] = [pair for pair in near[cell] if call.at - pair[0].at <= WINDOW]
            for other, known in near[cell]:
                if other.closed is None or other.closed > call.at:
                    score, _, _ = likeness(seen, known)
                    if score > best:
                        best, origin = score, other.number
        found.append(Best(call.number, best, origin))
        if call.joined is None:
            near[x, y].append((call, seen))
    return found


def table(calls: list[Opened], rows: Iterable[Row], mapping: CallMapping, join_score: int) -> dict[str, Any]:
    """Precision and recall by score against the source's mark; counts and permille."""
    by_number = {row.number: row for row in rows}
    marked = {
        row.number for row in by_number.values() if mapping.ending(row.disposition, "other").course == "duplicate"
    }
    phoned = {n for n, row in by_number.items() if mapping.treatment(row.type).handling in ("dispatch", "broadcast")}
    best = {found.number: found.score for found in best_of(calls) if found.number in phoned}
    asked = marked & best.keys()
    findable = _findable(by_number) & asked
    return {
        "marked_in_source": len(marked),
        "marked_asked_about": len(asked),
        "marked_with_an_earlier_call_at_the_address_within_the_hour": len(findable),
        "asked_about": len(best),
        "join_score": join_score,
        "joined": sum(1 for call in calls if call.joined is not None),
        "joined_marked": sum(1 for call in calls if call.joined is not None and call.number in marked),
        "by_score": [_line(score, best, asked, findable) for score in SCORES],
    }


def _line(score: int, best: Mapping[str, int], asked: set[str], findable: set[str]) -> dict[str, int]:
    suggested = {number for number, found in best.items() if found >= score}
    right = suggested & asked
    return {
        "score": score,
        "suggested": len(suggested),
        "of_them_marked": len(right),
        "precision_permille": permille(len(right), len(suggested)),
        "recall_permille": permille(len(right), len(asked)),
        "recall_of_findable_permille": permille(len(suggested & findable), len(findable)),
    }


def _findable(rows: Mapping[str, Row]) -> set[str]:
    """Numbers of calls with an earlier one at the same address in the same beat within the window."""
    last: dict[tuple[str, str], Row] = {}
    found = set()
    for row in sorted(rows.values(), key=lambda row: (row.at, row.line)):
        before = last.get((row.beat, row.address))
        if before is not None and row.at - before.at <= WINDOW:
            found.add(row.number)
        last[row.beat, row.address] = row
    return found


def permille(part: int, whole: int) -> int:
    """Rounded to the nearest; 0 of nothing."""
    return (part * 2000 + whole) // (2 * whole) if whole else 0
