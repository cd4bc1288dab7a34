"""The table of a replay: whole numbers and permille, told on the screen, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tartip.simulation.replay import duplicates, measures
from tartip.simulation.replay.duplicates import permille
from tartip.simulation.replay.mapping import CallMapping
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.source import Source

WITHIN = (10, 15, 20)
SHOWN = 20
NOT_FROM_THE_SOURCE = (
    "From the source: number, time, address, type, priority, beat and disposition of each call. Drawn from the seed, "
    "because the source does not tell them: coordinates (beats are discs inside Almaty), times of answering, talking "
    "and releasing, the fleet, times of deciding, acknowledging, driving and serving. So the clocks below measure the "
    "house under a real stream of calls; they are no figures of San Diego."
)


@dataclass(frozen=True, slots=True)
class Run:
    """What the replay itself knows: who acted, how many acts in how many seconds, the size of the log."""

    name: str
    file: str
    seed: int
    workers: int
    acts: int
    seconds: float
    sealed: int


@dataclass(frozen=True, slots=True)
class Report:
    data: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether nothing is lost, doubled, left open or unsealed."""
        return not any(self.data["lost"].values())

    def show(self) -> None:
        from tartip.simulation.replay.report_tables import show

        show(self.data)


def report_of(run: Run, source: Source, mapping: CallMapping, model: Model) -> Report:
    """Ask the database what came of a replay."""
    there = measures.count_totals(run.name)
    clocks = measures.clocks(run.name)
    numbers = {row.number for row in source.rows}
    milliseconds = max(1, round(run.seconds * 1000))
    return Report(
        {
            "what": NOT_FROM_THE_SOURCE,
            "run": {
                "file": run.file, "mapping": mapping.name, "seed": run.seed, "actor": run.name,
                "workers": run.workers, "acts": run.acts, "milliseconds": milliseconds,
                "acts_per_second": run.acts * 1000 // milliseconds, "units": model.units,
                "operators": model.operators,
            },
            "source": {
                "good_rows": len(source.rows),
                "bad_rows": len(source.bad),
                "bad": [{"line": bad.line, "field": bad.field, "rule": bad.rule} for bad in source.bad[:SHOWN]],
                "codes_in_no_list": dict(sorted(source.unknown.items())),
                "notes": dict(sorted(source.notes.items())),
            },
            "totals": {
                "calls": len(there.calls.keys() & numbers), "incidents": there.incidents, "joined": there.joined,
                "entries": there.entries, "journal": run.sealed,
            },
            "lost": {
                "rows_without_a_call": len(numbers - there.calls.keys()),
                "numbers_with_two_calls": sum(1 for count in there.calls.values() if count > 1),
                "calls_without_full_history": there.without_full_history,
                "incidents_left_open": there.still_open,
                "clocks_left_running": sum(running for _, _, running in clocks.values()),
                "entries_not_sealed": there.unsealed,
            },
            "answer": {
                "calls": len(there.answers),
                **{f"within_{s}_permille": permille(sum(a <= s for a in there.answers), len(there.answers))
                   for s in WITHIN},
                **_spread(there.answers),
            },
            "response": _response(measures.responses(run.name)),
            "clocks": {
                rule: {"started": started, "breached": breached, "breached_permille": permille(breached, started)}
                for rule, (started, breached, _) in clocks.items()
            },
            "duplicates": duplicates.table(measures.opened(run.name), source.rows, mapping, model.join_score),
        }
    )  # fmt: skip


def _response(found: Sequence[measures.Response]) -> dict[str, Any]:
    """By priority, the three stretches between call and arrival; incidents that somebody telephoned about."""
    table = {}
    for priority in sorted({response.priority for response in found}):
        rows = [response for response in found if response.priority == priority]
        table[str(priority)] = {
            "incidents": len(rows),
            "reached": sum(row.arrived is not None for row in rows),
            "received_assigned": _spread(row.assigned for row in rows),
            "assigned_arrived": _spread(row.travelled for row in rows),
            "received_arrived": _spread(row.arrived for row in rows),
        }
    return table


def _spread(values: Iterable[int | None]) -> dict[str, int | None]:
    """Median and ninetieth percentile by nearest rank: values that happened. None where nothing did."""
    ordered = sorted(value for value in values if value is not None)
    return {"median_s": _rank(ordered, 50), "p90_s": _rank(ordered, 90)}


def _rank(ordered: Sequence[int], percent: int) -> int | None:
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None
