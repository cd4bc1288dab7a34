"""The made day: repeatable, physically possible, wrong in exactly the ways its params say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import dist

import numpy as np
import pyarrow as pa
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.pairing import Sections, pair_passes
from tartip.engines.pairing.globe import to_metres
from tartip.engines.plates import Kind, unpack
from tartip.simulation.generators.passes import PassParams, innocents, make_passes
from tartip.simulation.generators.passes.plates import codes_of, misread_codes

SMALL = PassParams(cars=3_000, sections=12)
NOTHING_WRONG = PassParams(
    cars=1_000, sections=8, cloned=0, missed=0, misread=0, doubled=0, stops=0, clock_error_ms=0, unsynchronised=0
)


def as_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_day():
    one, again, other = (as_bytes(make_passes(SMALL, seed).passes) for seed in (5, 5, 6))
    assert one == again
    assert one != other


def test_a_car_is_in_one_place_at_a_time():
    drives = make_passes(SMALL, 1).truth.drives
    order = np.lexsort((drives.entered, drives.vehicle))
    same_car = drives.vehicle[order][1:] == drives.vehicle[order][:-1]
    assert same_car.sum() > 1_000
    assert (drives.entered[order][1:] > drives.exited[order][:-1])[same_car].all()


def test_a_car_needs_the_time_of_the_way_between_two_sections():
    """Straight line between the last exit and the next entry, as the engine knows the devices: at most 130 km/h."""
    world = make_passes(SMALL, 1)
    drives = world.truth.drives
    order = np.lexsort((drives.entered, drives.vehicle))
    place = [(row.entry_place, row.exit_place) for row in world.sections.described]
    fastest = 0.0
    for one, two in pairwise(order.tolist()):
        if drives.vehicle[one] == drives.vehicle[two]:
            metres = dist(to_metres(*place[drives.section[one] - 1][1]), to_metres(*place[drives.section[two] - 1][0]))
            fastest = max(fastest, 3.6 * metres / (drives.entered[two] - drives.exited[one]) * 1000)
    assert 20 < fastest < 130


def test_the_count_of_innocents_counts_the_offences_of_copies():
    """Without places nothing gives a copy away that drives elsewhere; all its offences accuse the owner."""
    world = make_passes(PassParams(cars=3_000, sections=12, cloned=0.2), 2)
    bare = Sections.of(replace(row, entry_place=None, exit_place=None) for row in world.sections.described)
    blind = innocents(world.truth, pair_passes(world.passes, bare).offences)
    seeing = innocents(world.truth, pair_passes(world.passes, world.sections).offences)
    assert blind.innocent >= blind.copies > 100
    assert seeing.innocent < blind.innocent / 3  # twelve sections around two towns, so that many copies live near


def test_without_faults_every_drive_is_a_pair_unless_the_car_came_back_within_the_hour():
    world = make_passes(NOTHING_WRONG, 1)
    found = pair_passes(world.passes, world.sections)
    assert set(found.suspects["reason"].to_pylist()) <= {"crowded"}
    assert innocents(world.truth, found.offences).innocent == 0
    drive = world.truth.drive
    assert (drive[found.pairs["entry"]] == drive[found.pairs["exit"]]).all()


def test_every_fault_happens_about_as_often_as_its_parameter_says():
    params = PassParams(cars=10_000, sections=40, missed=0.1, misread=0.05, doubled=0.02, cloned=0.01)
    truth = make_passes(params, 3).truth
    passes = 2 * len(truth.drives.vehicle)
    kept, twice = np.unique(truth.drive, return_counts=True)
    assert 0.03 < truth.misread.mean() < 0.07
    assert 0.88 < len(truth.drive) / passes / 1.02 < 0.92
    assert (np.unique(truth.drives.vehicle) >= 10_000).sum() > 80
    assert twice.max() > 2
    assert len(kept) < len(truth.drives.vehicle)


def test_plates_are_plates_and_a_misread_plate_is_another_plate_of_its_kind():
    number = np.arange(0, 30_000, 37)
    codes, wrong = codes_of(number), misread_codes(number, np.random.default_rng(1))
    assert (codes != wrong).all()
    kinds = {unpack(code).kind for code in codes}
    assert kinds == {Kind.KZ_2012_PERSON, Kind.KZ_2012_ENTITY, Kind.KZ_1993_PERSON}
    assert [unpack(c).kind for c in codes] == [unpack(c).kind for c in wrong]
    assert len(set(codes.tolist())) == len(number)
    assert np.isin(wrong, codes_of(np.arange(30_000))).mean() > 0.5  # most misreads accuse somebody


def test_the_count_of_innocents_sees_a_wrong_pair():
    """Accuse somebody else of every offence: the truth must notice, or the bench proves nothing."""
    world = make_passes(SMALL, 2)
    offences = pair_passes(world.passes, world.sections).offences
    accused = offences.set_column(0, "plate", pa.array(np.roll(offences["plate"].to_numpy(), offences.num_rows // 2)))
    assert innocents(world.truth, accused).innocent > 0.9 * offences.num_rows
    assert innocents(world.truth, offences).innocent == 0


def test_the_count_of_innocents_sees_a_band_too_high():
    world = make_passes(SMALL, 2)
    offences = pair_passes(world.passes, world.sections).offences
    higher = offences.set_column(7, "band", pa.array(offences["band"].to_numpy() + 1))
    assert innocents(world.truth, higher).innocent > 0.9 * offences.num_rows


def test_hidden_params_come_from_the_generator_alone():
    one, again, other = (PassParams.drawn(np.random.default_rng(s), cars=10) for s in (1, 1, 2))
    assert one == again
    assert one != other
    assert one.cars == 10


@pytest.mark.parametrize("change", [{"cars": 0}, {"missed": 1.5}, {"misread": -0.1}, {"trips": 0}, {"hours": 0}])
def test_params_that_make_no_sense_are_refused(change):
    with pytest.raises(BadInput):
        PassParams(**change)
