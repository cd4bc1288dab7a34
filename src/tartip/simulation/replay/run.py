"""`tartip replay FILE`: real calls through the same acts as live ones, then a table of what came of them."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from tartip.core.journal.models import Entry
from tartip.core.journal.sealing import seal
from tartip.simulation.errors import BadSource, OtherReplay
from tartip.simulation.replay import mapping as mappings
from tartip.simulation.replay.act_runner import ActRunner
from tartip.simulation.replay.board import Board
from tartip.simulation.replay.mapping import CallMapping
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.parts import Plan, balanced, end_shifts, enter_fleet, plan_of
from tartip.simulation.replay.process_times import FOREVER, START, Stopped
from tartip.simulation.replay.progress import watching
from tartip.simulation.replay.report import Report, Run, report_of
from tartip.simulation.replay.source import Source, read
from tartip.simulation.replay.workers import Task, fast_commits, play, play_here

# Times of the last call's crews lie after it: units go off duty when nobody is out any more.
AFTERWARDS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Options:
    """`speed` is simulated seconds a real second, 0 as fast as it goes; `workers` 0 plays in this process."""

    file: Path
    mapping: Path = mappings.SAN_DIEGO
    speed: float = 0
    limit: int | None = None
    seed: int = 1
    workers: int = 2
    model: Model = field(default_factory=Model)


def command(options: argparse.Namespace) -> int:
    """Run the replay, print the table and save it as JSON. 0 when nothing is lost, 130 when it was stopped."""
    asked = Options(
        file=Path(options.file),
        mapping=Path(options.map) if options.map else mappings.SAN_DIEGO,
        speed=max(0.0, options.speed),
        limit=options.limit,
        seed=options.seed,
        workers=max(1, options.workers),
    )
    report = replay(asked, _say)
    if report is None:
        _say("Stopped between two acts. The same command goes on where it ended.")
        return 130
    path = Path(options.report or settings.VAR / "replay.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report.data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    report.show()
    _say(f"saved: {path}")
    return 0 if report.whole else 1


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def replay(options: Options, say: Callable[[str], None] = lambda _: None) -> Report | None:
    """Play a file; None when it was stopped. Raises BadSource, BadMapping, NoTerrain, OtherReplay, ReplayFailed."""
    mapping = mappings.load(options.mapping)
    source = read(options.file, mapping, options.limit)
    if not source.rows:
        raise BadSource(file=options.file.name, rule=f"holds no good row ({len(source.bad)} bad ones)")
    for bad in source.bad:
        say(str(bad))
    for note, count in source.notes.items():
        say(f"{note}: {count} rows")
    plan = plan_of(source, mapping, options.seed, options.model)
    name = _name(mapping, plan)
    fast_commits()
    runner = ActRunner(name, mapping.territory)
    enter_fleet(runner, plan, mapping.territory)
    begun = time.monotonic()
    acts = _play(options, source, mapping, plan, name)
    if acts is None:
        return None
    seconds = time.monotonic() - begun
    end_shifts(runner, plan, plan.last + AFTERWARDS)
    say("sealing the journal …")
    sealed = seal_all()
    run = Run(name, options.file.name, options.seed, options.workers, acts + runner.performed, seconds, sealed)
    return report_of(run, source, mapping, options.model)


def _name(mapping: CallMapping, plan: Plan) -> str:
    """Who acts, by the identity of the plan; refused where another plan of the same source has acted before."""
    start, name = f"replay:{mapping.name}:", f"replay:{mapping.name}:{plan.identity}"
    other = Entry.objects.filter(actor__startswith=start).exclude(actor__startswith=name + ":").first()
    if other is not None:
        raise OtherReplay(name=mapping.name, known=other.actor.split(":")[2])
    return name


def _play(options: Options, source: Source, mapping: CallMapping, plan: Plan, name: str) -> int | None:
    board = Board(max(1, options.workers))
    task = Task(name, mapping.territory, options.seed, options.model, plan.first, options.speed, time.time())
    heaps = balanced(plan.parts, board.workers)
    live_seal = _sealing(options.speed)
    with _stopping(board), watching(len(source.rows)) as show:

        def look(board: Board) -> None:
            far = min(board.far)
            moment = plan.last if far == FOREVER else START + timedelta(seconds=far)
            show(sum(board.calls), sum(board.acts), moment)
            live_seal()

        if options.workers:
            play(task, heaps, board, look)
        else:
            with suppress(Stopped):
                play_here(task, heaps[0], board)
    return sum(board.acts) if board.finished() else None


def _sealing(speed: float) -> Callable[[], object]:
    """At a speed somebody watches: seal as we go. As fast as it goes, once at the end is cheaper."""
    return seal if speed else lambda: None


@contextmanager
def _stopping(board: Board) -> Iterator[None]:
    """Ctrl-C asks the board to stop; nothing is torn."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: board.stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


UNSEALED = "SELECT (SELECT count(*) FROM journal_entry) - (SELECT size FROM journal_state)"


def seal_all(patience: float = 30.0) -> int:
    """Seal until nothing is left; returns the size of the log. Entries of a transaction still open are waited for."""
    end = time.monotonic() + patience
    while True:
        done = seal()
        if done.count == 0:
            with connection.cursor() as cursor:
                cursor.execute(UNSEALED)
                left = int(cursor.fetchone()[0])
            if left <= 0 or time.monotonic() > end:
                return done.size
            time.sleep(0.05)
