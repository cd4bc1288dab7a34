from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.screening import Action, CallWindows, Kind, Screen, build_tables, default_plan
from tartip.simulation.generators.cdr import (
    BoxParams,
    Kind as RecordKind,
    NetworkParams,
    Origin,
    Role,
    build_world,
    make_day,
    make_parts,
)
from tartip.simulation.generators.cdr.abroad import FIXED, FOREIGN, UNALLOCATED
from tartip.simulation.generators.cdr.world import with_luhn

SMALL = NetworkParams(persons=3_000, days=3, cells=50)


@pytest.fixture(scope="module")
def world():
    return build_world(SMALL, seed=7)


@pytest.fixture(scope="module")
def day(world):
    return make_day(world, 1)


def digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(world, day):
    again = build_world(SMALL, seed=7)
    assert digest(make_day(again, 1).calls) == digest(day.calls)
    assert digest(again.registry) == digest(world.registry)
    assert digest(again.truth) == digest(world.truth)
    assert digest(make_day(build_world(SMALL, seed=8), 1).calls) != digest(day.calls)
    assert digest(make_day(world, 2).calls) != digest(day.calls)


def test_a_day_does_not_depend_on_the_days_made_before(world, day):
    fresh = build_world(SMALL, seed=7)
    make_day(fresh, 0)
    assert digest(make_day(fresh, 1).calls) == digest(day.calls)


def test_records_are_sorted_lie_in_their_day_and_have_their_truth(world, day):
    at = day.calls["at"].to_numpy().astype("datetime64[ms]").astype(np.int64)
    first = SMALL.first_day_ms + 86_400_000
    assert (np.diff(at) >= 0).all()
    assert at.min() >= first
    assert at.max() < first + 86_400_000
    assert day.truth.num_rows == day.calls.num_rows
    assert set(day.truth["origin"].to_pylist()) == {0, 1, 2}
    assert day.calls.column_names == [
        "at", "caller", "called", "trunk", "duration", "kind", "cell", "imei", "imsi", "diverted_by",
    ]  # fmt: skip


def test_no_column_tells_a_detector_what_a_line_is(world, day):
    assert not {"role", "box", "origin", "mimicry"} & {*day.calls.column_names, *world.registry.column_names}


def test_numbers_and_sims_are_different(world):
    lines = world.lines
    assert len(set(lines.number.tolist())) == len(lines) == len(set(lines.imsi.tolist()))


def test_device_codes_carry_the_luhn_digit():
    """490154203237518 is the worked example of the 3GPP specification."""
    assert with_luhn(np.array([49015420323751])).tolist() == [490154203237518]


def test_made_numbers_are_what_the_plan_says_they_are(world):
    plan = default_plan()
    assert {plan.kind(int(number)) for number in world.lines.number[::50]} == {Kind.HOME_MOBILE}
    for first, span in FOREIGN:
        assert {plan.kind(first), plan.kind(first + span)} == {Kind.FOREIGN}
    assert {plan.kind(7 * 10**10 + area * 10**6 + 200_000 + 5) for area in FIXED} == {Kind.HOME_FIXED}
    assert {plan.kind(7 * 10**10 + lead * 10**7) for lead in UNALLOCATED} == {Kind.UNALLOCATED}


def test_the_screen_blocks_no_genuine_call_and_stops_spoofed_ones(world, day):
    calls = day.calls.filter(pc.equal(day.calls["kind"], RecordKind.CALL))
    origin = day.truth["origin"].to_numpy()[day.calls["kind"].to_numpy() == RecordKind.CALL]
    screen = Screen(build_tables(world.lists(1), world.trunks()), CallWindows(1 << 14))
    action = screen.decide_batch(calls).action
    assert (action[origin == Origin.GENUINE] != Action.BLOCK).all()
    assert (action[origin == Origin.SPOOFED] == Action.BLOCK).mean() > 0.95
    assert (action[origin == Origin.BOXED] == Action.PASS).mean() > 0.95  # a box is no matter of one call


def boxed(mimicry, **changes):
    boxes = BoxParams(count=2, channels=8, mimicry=(mimicry, mimicry))
    world = build_world(replace(SMALL, boxes=boxes, **changes), seed=3)
    day = make_day(world, 1)
    sims = world.lines.number[world.lines.role == Role.BOX]
    return world, day.calls, sims


def test_a_plain_box_only_calls_out_from_one_mast_with_gateway_codes_one_call_at_a_time():
    _, calls, sims = boxed(0.0)
    caller, kind = calls["caller"].to_numpy(), calls["kind"].to_numpy()
    mine = np.isin(caller, sims)
    assert mine.sum() > 500
    assert (kind[mine] == RecordKind.CALL).all()
    assert len(set(calls["cell"].to_numpy()[mine].tolist())) <= 2  # one mast per box
    assert len(set(calls["imei"].to_numpy()[mine].tolist())) <= 2  # one device code per box
    at = calls["at"].to_numpy().astype("datetime64[ms]").astype(np.int64)
    duration = calls["duration"].to_numpy()
    for sim in set(caller[mine].tolist()):
        rows = caller == sim
        assert (at[rows][1:] >= (at[rows] + duration[rows] * 1000)[:-1] - 1).all()


def test_a_careful_box_leaves_human_traces():
    _, calls, sims = boxed(1.0)
    caller, called, kind = (calls[name].to_numpy() for name in ("caller", "called", "kind"))
    mine = np.isin(caller, sims)
    assert set(kind[mine].tolist()) == {RecordKind.CALL, RecordKind.MESSAGE, RecordKind.DATA}
    assert (mine & np.isin(called, sims)).sum() > 20
    assert len(set(calls["imei"].to_numpy()[mine].tolist())) > 4
    assert len(set(calls["cell"].to_numpy()[mine].tolist())) > 4


def test_sims_of_a_box_rotate(world):
    """Mean life four days: the sims in use on day 0 and on day 2 differ, as many channels stay busy."""
    lines = world.lines
    use = [set(np.flatnonzero((lines.box >= 0) & (lines.first_day <= d) & (d < lines.last_day))) for d in (0, 2)]
    assert len(use[0]) == len(use[1]) == SMALL.boxes.count * SMALL.boxes.channels
    assert use[0] != use[1]


def mutual_share(calls, callers):
    """Share of (caller, called) pairs of these callers in which the called one rang too."""
    calls = calls.filter(pc.equal(calls["kind"], RecordKind.CALL))
    pairs = set(zip(calls["caller"].to_pylist(), calls["called"].to_pylist(), strict=True))
    mine = [(a, b) for a, b in pairs if a in callers]
    return sum((b, a) in pairs for a, b in mine) / len(mine)


def test_people_are_called_back_and_boxes_are_not(world, day):
    people, boxes = (set(world.lines.number[world.lines.role == role].tolist()) for role in (Role.PERSON, Role.BOX))
    assert mutual_share(day.calls, people) > 0.12
    assert mutual_share(day.calls, boxes) < 0.04


def test_parts_of_a_day_hold_different_people_and_together_as_much(world, day):
    parts = [part.calls for part in make_parts(world, 1, 3)]
    data = [part.filter(pc.equal(part["kind"], RecordKind.DATA)) for part in parts]
    people = set(world.lines.imsi[: SMALL.persons].tolist())
    seen = [set(part["imsi"].to_pylist()) & people for part in data]
    assert all(seen)
    assert not (seen[0] & seen[1]) | (seen[0] & seen[2]) | (seen[1] & seen[2])
    together = sum(part.num_rows for part in parts)
    assert abs(together - day.calls.num_rows) < 0.1 * day.calls.num_rows


@pytest.mark.parametrize(
    "changes",
    [
        {"persons": 5},
        {"days": 0},
        {"abroad": 1.5},
        {"boxes": BoxParams(mimicry=(0.5, 0.2))},
        {"boxes": BoxParams(mimicry=(0.0, 1.5))},
    ],
)
def test_impossible_knobs_are_refused(changes):
    with pytest.raises(BadInput):
        replace(SMALL, **changes)


def test_a_day_outside_the_world_is_refused(world):
    with pytest.raises(BadInput, match="day"):
        make_day(world, 3)
    with pytest.raises(BadInput, match="parts"):
        list(make_parts(world, 0, 0))


def test_a_network_without_boxes_or_businesses_works():
    empty = replace(SMALL, boxes=BoxParams(count=0), centre_lines=0, couriers=0, machines=0, abroad=0)
    day = make_day(build_world(empty, seed=1), 0)
    assert Origin.BOXED not in set(day.truth["origin"].to_pylist())
