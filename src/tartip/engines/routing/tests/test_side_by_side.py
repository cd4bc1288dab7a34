"""Searches hold nothing that updates or other searches wait for."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
import threading
from typing import Any

import pytest

import tartip.engines.routing as routing
from tartip.engines.routing import Network, UnitIndex
from tartip.engines.routing.search import ranking
from tartip.engines.routing.tests.made import roads_of
from tartip.engines.routing.tests.test_units import STREET


@pytest.fixture
def network() -> Network:
    return Network.build(roads_of(STREET, [(i, i + 1, 60_000, 60_000) for i in range(4)]))


class Seam:
    """Stops the searches that begin while it is shut, after they have taken what they read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.open, self.reached = threading.Event(), threading.Semaphore(0)
        search = getattr(ranking, name)

        def stopped(*arguments: Any) -> Any:
            self.reached.release()
            assert self.open.wait(30)
            return search(*arguments)

        monkeypatch.setattr(ranking, name, stopped)


def begin(work: Any) -> tuple[threading.Thread, list[Any]]:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(work()))
    thread.start()
    return thread, answers


def test_updates_end_while_a_search_stands_still_and_the_search_tells_of_its_own_moment(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All writers run to their end while two searches are stopped: with a lock held this would never return."""
    units = UnitIndex(network, room=2)
    units.update("A", *STREET[0])
    units.update("B", *STREET[2])
    seam = Seam(monkeypatch, "few_best")
    searches = [begin(lambda: units.nearest(*STREET[1], k=5)) for _ in range(2)]
    for _ in searches:
        assert seam.reached.acquire(timeout=30)
    units.update("A", *STREET[4])
    units.remove("B")
    units.update("C", *STREET[1])
    units.update_many(list(range(40)), [STREET[3]] * 40)
    network.reweight(network.times * 2)
    seam.open.set()
    for thread, answers in searches:
        thread.join(30)
        assert answers == [[("A", 60, 6000), ("B", 60, 6000)]]
    assert units.nearest(*STREET[1], k=2, eligible=["A", "C"]) == [("C", 0, 0), ("A", 360, 18000)]


def test_the_longer_way_by_a_column_holds_no_lock_either(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    units = UnitIndex(network)
    units.update("A", *STREET[0])
    monkeypatch.setattr(ranking, "few_best", lambda *_: None)
    seam = Seam(monkeypatch, "rank_column")
    thread, answers = begin(lambda: units.nearest(*STREET[1]))
    assert seam.reached.acquire(timeout=30)
    units.update("A", *STREET[4])
    seam.open.set()
    thread.join(30)
    assert answers == [[("A", 60, 6000)]]


def test_a_search_that_fails_lets_go_of_its_board(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    units = UnitIndex(network)
    units.update("A", *STREET[0])

    def broken(*_: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(ranking, "few_best", broken)
        with pytest.raises(MemoryError):
            units.nearest(*STREET[1])
    board = units._board
    assert board.readers == 0
    units.update("A", *STREET[3])
    assert units._board is board


def test_boards_do_not_pile_up(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers beside a standing search make one copy, and go on writing on it."""
    units = UnitIndex(network)
    units.update("A", *STREET[0])
    seam = Seam(monkeypatch, "few_best")
    thread, _ = begin(lambda: units.nearest(*STREET[1]))
    assert seam.reached.acquire(timeout=30)
    boards = {id(units._board)}
    for turn in range(50):
        units.update("A", *STREET[turn % 5])
        boards.add(id(units._board))
    seam.open.set()
    thread.join(30)
    assert len(boards) == 2


def test_the_compiler_is_loaded_with_the_first_network_not_with_the_engine() -> None:
    """A command that never asks for a way does not wait half a second for it; the bench counts it in the cold start."""
    names = "Network, UnitIndex, Profile, read_osm"
    code = f"import sys; from tartip.engines.routing import {names}; print('numba' in sys.modules)"
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run([sys.executable, "-c", code], env=paths, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_every_kernel_but_the_briefest_runs_without_the_interpreter_lock() -> None:
    from numba.core.dispatcher import Dispatcher

    kernels = []
    for module in pkgutil.walk_packages(routing.__path__, routing.__name__ + "."):
        if ".tests" not in module.name:
            kernels += [v for v in vars(importlib.import_module(module.name)).values() if isinstance(v, Dispatcher)]
    assert len(kernels) > 10
    locked = {kernel.__name__ for kernel in kernels if not kernel.targetoptions.get("nogil")}
    assert locked == {"snap_one"}
