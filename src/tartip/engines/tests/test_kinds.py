"""A value of another kind is refused by name: a mistake of the caller, or a row from a file, is no AttributeError."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tartip.engines import assignment, camera, figures, merkle, months, pairing, patrol, plates, screening
from tartip.engines.errors import BadInput
from tartip.engines.figures.tests.made import indicator
from tartip.engines.pairing.tests.made import entry, exit_, section, table

SECTIONS = pairing.Sections.of([section()])
ROW: dict[str, Any] = pairing.pair_passes(table([entry(0), exit_(5)]), SECTIONS).pairs.to_pylist()[0]
TRAVEL = np.zeros((2, 2), np.int32)
PLACES, SHIFTS = (patrol.Place(1, (5,)),), (patrol.Shift(0, 3_600, 0, 0),)
PROBLEM = patrol.Problem(PLACES, SHIFTS, TRAVEL)
LOG = merkle.SigningKey("log", bytes(32))
WITNESS = merkle.SigningKey("witness", bytes(32), merkle.Kind.WITNESS)
NOTE = merkle.sign_checkpoint(merkle.Checkpoint("log", 0, merkle.EMPTY_ROOT), LOG)
YEAR = figures.Period.of_year(2025)
COUNT = indicator(figures._.count())
TREE = figures.SumTree({2: 5, 3: 7}, {2: 1, 3: 1}, bytes(32))
SEALED = months.SealedMonths(Path(), ())
TABLES = screening.build_tables(screening.Lists(), {})
DAY = (np.array([[1]]), assignment.LogNormal(1_000), assignment.Reserve((0,)))


@pytest.mark.parametrize("wrong", [None, "x", 7, [1], {}])
@pytest.mark.parametrize(
    ("what", "call"),
    [
        ("sections", lambda wrong: pairing.pair_passes(table([entry(0)]), wrong)),
        ("sections", lambda wrong: list(pairing.pair_parquet([], wrong))),
        ("sections", lambda wrong: pairing.PairingStream(wrong)),
        ("sections", lambda wrong: pairing.explain(ROW, wrong)),
        ("incidents", lambda wrong: assignment.assign([[1]], wrong or "")),
        ("units", lambda wrong: assignment.assign([[1]], None, wrong or "")),
        ("calls", lambda wrong: assignment.simulate(wrong, assignment.Fleet([0]), *DAY, np.random.default_rng(1))),
        ("rng", lambda wrong: assignment.simulate(assignment.Calls([0], [0], [1]), assignment.Fleet([0]), *DAY, wrong)),
        ("frame", lambda wrong: plates.decide([wrong])),
        ("places", lambda wrong: patrol.Problem((wrong,), SHIFTS, TRAVEL)),
        ("shifts", lambda wrong: patrol.Problem(PLACES, (wrong,), TRAVEL)),
        ("travel", lambda wrong: patrol.Problem(PLACES, SHIFTS, wrong)),
        ("problem", lambda wrong: patrol.solve(wrong)),
        ("problem", lambda wrong: patrol.greedy_plan(wrong)),
        ("plan", lambda wrong: patrol.check(PROBLEM, wrong)),
        ("trusted", lambda wrong: merkle.open_checkpoint(NOTE, [wrong])),
        ("params", lambda wrong: camera.Watcher(wrong)),
        ("params", lambda wrong: camera.watch("absent.mp4", wrong)),
        ("reconnect", lambda wrong: next(camera.watch_stream("absent.mp4", camera.CameraParams(), wrong))),
        ("tables", lambda wrong: screening.Screen(wrong)),
        ("tables", lambda wrong: screening.Screen(TABLES).swap(wrong)),
        ("indicator", lambda wrong: figures.compute_figure(wrong, figures.EVERYWHERE, YEAR, SEALED)),
        ("territory", lambda wrong: figures.compute_figure(COUNT, wrong, YEAR, SEALED)),
        ("period", lambda wrong: figures.compute_figure(COUNT, figures.EVERYWHERE, wrong, SEALED)),
        ("sealed", lambda wrong: figures.compute_figure(COUNT, figures.EVERYWHERE, YEAR, wrong)),
        ("indicators", lambda wrong: figures.compute_figures([wrong], [], YEAR, SEALED)),
        ("territories", lambda wrong: figures.compute_figures([COUNT], [wrong], YEAR, SEALED)),
        ("proof", lambda wrong: figures.verify_sum(wrong, TREE.root)),
        ("root", lambda wrong: figures.verify_sum(TREE.prove(1), wrong)),
        ("values", lambda wrong: figures.SumTree(wrong or "", {2: 1}, bytes(32))),
        ("parents", lambda wrong: figures.SumTree({2: 5}, wrong or "", bytes(32))),
        ("schema", lambda wrong: months.seal_month(None, wrong, months.Month(2025, 1), Path("absent"))),
        ("day", lambda wrong: months.Month.of(wrong)),
        ("seen", lambda wrong: merkle.cosign(NOTE, WITNESS, LOG.verifier, wrong or "", [], at=1)),
    ],
)
def test_a_value_of_another_kind_is_refused_by_its_name(what, call, wrong):
    with pytest.raises(BadInput) as refused:
        call(wrong)
    assert refused.value.fields["what"] == what


@pytest.mark.parametrize(
    "changed",
    [
        {"section": None},
        {"section": "1"},
        {"entered_at": None},
        {"exited_at": 5},
        {"entered_at": datetime(2026, 3, 1)},
        {"exited_at": ROW["entered_at"]},
        {"exited_at": ROW["entered_at"] - timedelta(seconds=1)},
        {"entered_at": datetime(9999, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_row_that_is_no_pair_is_not_explained(changed):
    """A stored row with a lost stamp must not become a speed, nor a division by zero."""
    with pytest.raises(BadInput, match=next(iter(changed)) if "9999" not in str(changed) else "exited_at"):
        pairing.explain(ROW | changed, SECTIONS)
    with pytest.raises(BadInput):
        pairing.explain({key: value for key, value in ROW.items() if key != "section"}, SECTIONS)
