"""Playing parts: in this process, or in several that share nothing but a board of numbers."""

from __future__ import annotations

import contextlib
import gc
import heapq
import multiprocessing
import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tartip.core.acts import together
from tartip.core.acts.retry import retried
from tartip.operations.units.positions import put_positions
from tartip.simulation.errors import ReplayFailed
from tartip.simulation.random_streams import RandomStreams
from tartip.simulation.replay.act_runner import ActRunner
from tartip.simulation.replay.board import Board
from tartip.simulation.replay.lateness import Lateness
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.parts import Part
from tartip.simulation.replay.player import Player, ReplayContext
from tartip.simulation.replay.process_times import ProcessTimes, Stopped
from tartip.simulation.replay.worker_entry import enter

LOOK_EVERY = 0.2
BATCH = 20


@dataclass(frozen=True, slots=True)
class Task:
    """What every worker needs to know. `speed` is simulated seconds a real second, 0 as fast as it goes."""

    name: str
    territory: str
    seed: int
    model: Model
    first: datetime
    speed: float
    begun: float


def play_here(task: Task, parts: Sequence[Part], board: Board, me: int = 0) -> None:
    """Play to the end. Raises Stopped when the board says so; every act done until then is whole and stays.

    Where the database broke a batch off, all is made anew and goes on after the last batch that was kept.
    """
    # Packed: a player writes into the calls and shifts that it plays, and another attempt begins with clean ones.
    packed = pickle.dumps(parts)
    retried(lambda: _play(task, pickle.loads(packed), board, me))  # noqa: S301 (packed by ourselves)


def _play(task: Task, parts: Sequence[Part], board: Board, me: int) -> None:
    times = board.times(me)
    runner = ActRunner(task.name, task.territory)
    context = ReplayContext(
        runner, Lateness(task.territory, times), RandomStreams(task.seed), task.model, task.territory
    )
    players = [Player(context, part.replayed_calls, part.shifts) for part in parts]
    queue = [(at, number) for number, player in enumerate(players) if (at := player.next_at()) is not None]
    heapq.heapify(queue)
    with Batch(times) as batch:
        while queue:
            at, number = queue[0]
            if board.stopping():
                break
            batch.now = at
            _keep_time(task, at, times)
            players[number].step()
            following = players[number].next_at()
            if following is None:
                heapq.heappop(queue)
            else:
                heapq.heapreplace(queue, (following, number))
            if batch.count():
                board.acts[me] = runner.performed
                board.calls[me] = sum(player.calls for player in players)
                _put_positions(players)
    board.acts[me] = runner.performed
    board.calls[me] = sum(player.calls for player in players)
    if queue:
        raise Stopped
    _put_positions(players)
    times.at(None)


class Batch:
    """Some acts in one transaction, each with its own entry: the way to the disk is paid once for all of them."""

    def __init__(self, times: ProcessTimes) -> None:
        self._times = times
        self._open = contextlib.ExitStack()
        self._steps = 0
        self.now: datetime | None = None
        times.settle = self.settle

    def __enter__(self) -> Batch:
        self._open.enter_context(together())
        return self

    def __exit__(self, *error: Any) -> None:
        # Stopped is raised between two acts: what is done is kept.
        self._open.__exit__(*((None, None, None) if error[0] is Stopped else error))

    def count(self) -> bool:
        """One step more; True when that filled the batch and it was committed."""
        self._steps += 1
        if self._steps % BATCH:
            return False
        self.settle()
        return True

    def settle(self) -> None:
        """Commit, say how far we are, and begin anew."""
        self._open.close()
        self._times.at(self.now)
        self._open.enter_context(together())


def _put_positions(players: Sequence[Player]) -> None:
    for player in players:
        put_positions(player.moved)
        player.moved.clear()


def _keep_time(task: Task, at: datetime, times: ProcessTimes) -> None:
    """At a speed, let no event come before its time."""
    if not task.speed:
        return
    due = task.begun + (at - task.first).total_seconds() / task.speed
    if due > time.time():
        times.settle()
    while (left := due - time.time()) > 0:
        if times.stopping():
            raise Stopped
        time.sleep(min(left, LOOK_EVERY))


def play(task: Task, heaps: Sequence[Sequence[Part]], board: Board, look: Callable[[Board], None]) -> None:
    """One process a heap; `look` is called a few times a second. Whoever stops the board stops them all.

    Raises ReplayFailed with what a worker said.
    """
    context = multiprocessing.get_context("spawn")
    said = context.SimpleQueue()
    name = connection.settings_dict["NAME"]
    connection.close()
    processes = [
        context.Process(target=enter, args=(pickle.dumps((work, (task, heap))), board, me, name, said))
        for me, heap in enumerate(heaps)
    ]
    try:
        for process in processes:
            process.start()
        while any(process.is_alive() for process in processes):
            time.sleep(LOOK_EVERY)
            look(board)
            if any(process.exitcode for process in processes):
                board.stop()
    except BaseException:
        board.stop()
        raise
    finally:
        for process in processes:
            if process.pid is not None:
                process.join()
    if not said.empty():
        raise ReplayFailed(error=said.get())
    if any(process.exitcode for process in processes):
        raise ReplayFailed(error="a worker was killed; run the same command again, it goes on where it ended")
    look(board)


def work(task: Task, parts: Sequence[Part], board: Board, me: int, database: str) -> None:
    """The life of one worker, once Django is up in it."""
    connection.settings_dict["NAME"] = database
    fast_commits()
    # Nothing of the plan is ever garbage: the collector need not look through it again and again.
    gc.freeze()
    try:
        with contextlib.suppress(Stopped):
            play_here(task, parts, board, me)
    finally:
        connection.close()


def fast_commits() -> None:
    """A server that dies may forget the last moment of a replay, and the next run plays it again: no need to wait."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
