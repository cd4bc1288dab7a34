"""The index of units against a slow model that knows only who stands where: any order of commands, one answer."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tartip.engines.errors import BadInput
from tartip.engines.routing import CLOSED, Network, Position, UnitIndex
from tartip.engines.routing.errors import UnknownUnit
from tartip.engines.routing.tests.made import random_places, random_roads
from tartip.engines.routing.tests.reference import Place, Reference

NETWORKS = {seed: Network.build(random_roads(np.random.default_rng(seed))) for seed in (3, 11, 12)}
UNITS = st.integers(0, 6)
SEEDS = st.integers(0, 2**16)


class UnitMachine(RuleBasedStateMachine):
    """`where` is the model: unit → place. Answers are those of Dijkstra from every unit (reference.py)."""

    @initialize(seed=st.sampled_from(sorted(NETWORKS)), room=st.integers(1, 4))
    def start(self, seed: int, room: int) -> None:
        built = NETWORKS[seed]
        self.network = Network(built.roads, built.index, built.grid, built.metric, built.snapping)
        self.units = UnitIndex(self.network, room)
        self.where: dict[int, Place] = {}
        self.masks: list[tuple[Any, set[int]]] = []
        self.times = built.usual_times.copy()

    def places(self, seed: int, count: int) -> list[Place]:
        return random_places(np.random.default_rng(seed), self.network.roads, count)

    @rule(unit=UNITS, seed=SEEDS)
    def place(self, unit: int, seed: int) -> None:
        self.where[unit] = self.places(seed, 1)[0]
        self.units.place(unit, Position(*self.where[unit]))

    @rule(unit=UNITS)
    def remove(self, unit: int) -> None:
        if unit in self.where:
            self.units.remove(unit)
            del self.where[unit]
        else:
            with pytest.raises(UnknownUnit):
                self.units.remove(unit)

    @rule(ids=st.lists(UNITS, min_size=1, max_size=4), seed=SEEDS)
    def move_many(self, ids: list[int], seed: int) -> None:
        """A batch of places on the map; where each one lands is the snapping's word, held by tests of its own."""
        lon, lat = np.random.default_rng(seed).uniform(0, 0.005, (2, len(ids))) + np.array([[76.0], [43.0]])
        taken = self.units.update_many(ids, lon, lat)
        assert taken.all()
        for unit, x, y in zip(ids, lon.tolist(), lat.tolist(), strict=True):
            found = self.network.snap(x, y)
            self.where[unit] = (found.edge, found.share)

    @rule(ids=st.lists(UNITS, min_size=1, max_size=4), seed=SEEDS, bad=st.sampled_from(["nan", "id", "far", "size"]))
    def fail_many(self, ids: list[int], seed: int, bad: str) -> None:
        """The last row is bad: no row may be taken. The invariant looks whether anything changed."""
        lon: list[Any] = [76.001] * len(ids) + [float("nan") if bad == "nan" else 500.0 if bad == "far" else 76.0]
        names: list[Any] = [*ids, [] if bad == "id" else 99]
        with pytest.raises(BadInput):
            self.units.update_many(names[: -1 if bad == "size" else None], lon, [43.0] * len(lon))

    @rule(ids=st.sets(UNITS, max_size=5))
    def make_mask(self, ids: set[int]) -> None:
        self.masks = [*self.masks[-3:], (self.units.mask(ids), ids)]

    @rule(seed=SEEDS)
    def reweight_while_asking(self, seed: int) -> None:
        """New traffic from another thread, while this one asks: the answer is that of the old or the new weights."""
        rng, usual = np.random.default_rng(seed), self.network.usual_times
        times = np.where(usual == CLOSED, CLOSED, usual * rng.integers(1, 4, len(usual)))
        times = np.where(rng.random(len(times)) < 0.1, CLOSED, times).astype(np.int32)
        target = self.places(seed, 1)[0]
        writer = threading.Thread(target=self.network.reweight, args=(times,))
        writer.start()
        answer = self.times_of(self.units.nearest_to(Position(*target), 9))
        writer.join()
        assert answer in (self.expected(target, set(self.where), 9), self.expected(target, set(self.where), 9, times))
        self.times = times

    @precondition(lambda self: self.masks)
    @rule(seed=SEEDS, k=st.integers(1, 5), which=st.integers(0, 3))
    def ask_masked(self, seed: int, k: int, which: int) -> None:
        mask, ids = self.masks[which % len(self.masks)]
        target = self.places(seed, 1)[0]
        found = self.units.nearest_to(Position(*target), k, mask)
        assert {near.unit_id for near in found} <= ids & set(self.where)
        assert self.times_of(found) == self.expected(target, ids & set(self.where), k)

    @rule(seed=SEEDS, k=st.integers(1, 9))
    def ask(self, seed: int, k: int) -> None:
        target = self.places(seed, 1)[0]
        found = self.units.nearest_to(Position(*target), k)
        assert self.times_of(found) == self.expected(target, set(self.where), k)
        for near in found:
            best = self.reference().best(self.where[near.unit_id], target)
            assert best is not None
            assert (near.seconds, near.metres) == (-(-best[0] // 1000), (best[1] + 5) // 10)

    @invariant()
    def same_units(self) -> None:
        if hasattr(self, "where"):
            assert len(self.units) == len(self.where)
            for unit, place in self.where.items():
                position = self.units.position(unit)
                assert (position.edge, position.share) == place
            assert 99 not in self.units

    def reference(self, times: Any = None) -> Reference:
        return Reference(self.network.roads, (self.times if times is None else times).tolist())

    def expected(self, target: Place, ids: set[int], k: int, times: Any = None) -> list[tuple[int, int]]:
        reference = self.reference(times)
        found = [reference.best(self.where[unit], target) for unit in ids]
        best = sorted(way for way in found if way is not None and way[0] < CLOSED)[:k]
        return [(-(-ms // 1000), (dm + 5) // 10) for ms, dm in best]

    @staticmethod
    def times_of(found: list[Any]) -> list[tuple[int, int]]:
        return [(near.seconds, near.metres) for near in found]


def run(examples: int, steps: int) -> None:
    few = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(UnitMachine, settings=settings(few, suppress_health_check=list(HealthCheck)))


def test_the_index_answers_as_the_model_after_any_commands() -> None:
    """README: "masks name units", "a batch is taken whole", "an answer is of one moment and one set of weights"."""
    run(60, 30)


@pytest.mark.slow
def test_the_index_answers_as_the_model_after_many_commands() -> None:
    run(400, 60)
