"""What cannot be right is refused with its name and place, never guessed."""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.pairing import (
    PASSES,
    BadPasses,
    MissingLength,
    PairingParams,
    PairingStream,
    Place,
    Sections,
    UnknownSection,
    UnsortedSections,
    pair_parquet,
    pair_passes,
)
from tartip.engines.pairing.tests.made import SECTIONS, START, entry, exit_, section, table

GOOD = table([entry(0), exit_(5)])


def replaced(name: str, values: pa.Array) -> pa.Table:
    return GOOD.set_column(GOOD.column_names.index(name), name, values)


def refused(passes: pa.Table, sections: Sections = SECTIONS) -> str:
    with pytest.raises(BadInput) as caught:
        pair_passes(passes, sections)
    return str(caught.value)


def test_a_missing_column_is_named():
    assert refused(GOOD.drop_columns("side")) == "side at schema: the column is missing"


@pytest.mark.parametrize("name", ["plate", "section", "side"])
def test_nan_cannot_come_in_because_a_float_column_is_refused(name):
    assert "must be int" in refused(replaced(name, pa.array([1.0, np.nan])))


def test_a_time_without_zone_or_of_another_unit_is_refused():
    assert "must be timestamp[ms, tz=UTC]" in refused(replaced("at", GOOD["at"].cast(pa.timestamp("us", tz="UTC"))))


def test_a_null_is_named_by_its_row():
    assert refused(replaced("plate", pa.array([7, None], pa.int64()))) == "plate at row 1: must not be null"


def test_a_negative_time_is_named_by_its_row():
    early = pa.array([5, -1], pa.int64()).view(GOOD["at"].type)
    assert refused(replaced("at", early)) == "at at row 1: must lie between 1970 and 9999"


def test_a_time_beyond_the_calendar_is_refused_before_it_can_overflow():
    late = pa.array([5, 2**62], pa.int64()).view(GOOD["at"].type)
    assert "between 1970 and 9999" in refused(replaced("at", late))


def test_a_side_that_is_neither_entry_nor_exit_is_named():
    assert refused(replaced("side", pa.array([0, 2], pa.int8()))) == "side at row 1: must be 0 (entry) or 1 (exit)"


def test_a_read_of_an_unknown_section_is_named_by_its_row():
    with pytest.raises(UnknownSection, match=r"row 1: 77 is not among"):
        pair_passes(table([entry(0), exit_(5, section=77)]), SECTIONS)
    with pytest.raises(UnknownSection, match=r"row 0: 2000000000 is not among"):
        pair_passes(table([entry(0, section=2_000_000_000)]), SECTIONS)


def test_reads_without_any_section_described_are_refused():
    assert "is not among the described sections" in refused(GOOD, Sections.of([]))


@pytest.mark.parametrize("length", [None, 0, -5, 10.5, 2 * 10**9])
def test_a_section_without_a_certified_length_is_refused(length):
    with pytest.raises(MissingLength, match="section 4"):
        Sections.of([section(4, length_mm=length)])


def test_a_table_of_sections_without_lengths_is_refused():
    with pytest.raises(MissingLength, match="the column is missing"):
        Sections.from_table(pa.table({"id": [1], "tolerance_mm": [0], "limit_kmh": [100], "clock_ms": [0]}))


def test_sections_out_of_order_or_twice_are_refused():
    with pytest.raises(UnsortedSections, match="section at 1: must be above the one before it, 2"):
        Sections.of([section(2), section(1)])
    with pytest.raises(UnsortedSections):
        Sections.of([section(2), section(2)])


@pytest.mark.parametrize(
    "change",
    [
        {"tolerance_mm": -1},
        {"tolerance_mm": 10_000_000},
        {"limit_kmh": 0},
        {"clock_ms": -1},
        {"clock_ms": 10**9},
        {"certified_from": START.replace(tzinfo=None)},
        {"clock_lost": ((START, START),)},
        {"id": -1},
        {"certified_from": START, "certified_until": START},
        {"certified_from": "2026-01-01"},
        {"limit_changes": ((START, 0),)},
        {"limit_changes": ((START, 60), (START, 80))},
        {"limit_changes": ((START.replace(tzinfo=None), 60),)},
        {"limit_changes": ((None, 120),)},  # held since 1970
        {"limit_changes": ((START,),)},
        {"limit_changes": None},
        {"clock_lost": ((START, None),)},
        {"clock_lost": (START,)},
        {"clock_lost": None},
        {"entry_place": Place(181_000_000, 0)},
        {"entry_place": Place(71.5, 51.1)},
        {"entry_place": (71_000_000,)},
        {"entry_place": "71.5 51.1"},
        {"entry_place": Place(71_000_000, 51_000_000), "exit_place": Place(51_000_000, 71_000_000)},
    ],
)
def test_a_section_that_breaks_a_rule_is_named(change):
    with pytest.raises(BadInput, match=r"section -?1"):
        Sections.of([section(**change)])


@pytest.mark.parametrize(
    "change",
    [
        {"max_gap": timedelta(0)},
        {"alone_within": timedelta(days=8)},
        {"alone_within": timedelta(microseconds=5)},
        {"max_gap": 3600},
        {"max_kmh": 0},
        {"max_kmh": 120.5},
        {"bands_kmh": (10, "20")},
        {"bands_kmh": tuple(range(200))},
        {"bands_kmh": ()},
        {"bands_kmh": (20, 10)},
    ],
)
def test_parameters_that_make_no_sense_are_refused(change):
    with pytest.raises(BadInput):
        PairingParams(**change)


@pytest.mark.parametrize("what", [None, "reads", [1], GOOD.to_pydict()])
def test_what_is_no_table_of_reads_is_refused(what):
    with pytest.raises(BadPasses, match="must be an Arrow table"):
        pair_passes(what, SECTIONS)
    with pytest.raises(BadPasses, match="must be an Arrow table"):
        PairingStream(SECTIONS).push(what, START)


@pytest.mark.parametrize("now", [None, "2026-01-01", 5, START.replace(tzinfo=None), START.date()])
def test_what_is_no_moment_moves_no_stream(now):
    with pytest.raises(BadInput, match="now"):
        PairingStream(SECTIONS).advance(now)


@pytest.mark.parametrize("capacity", [0, 1.5, "9", None, True])
def test_room_for_no_whole_number_of_reads_is_refused(capacity):
    with pytest.raises(BadInput, match="capacity"):
        PairingStream(SECTIONS, capacity=capacity)


def test_what_is_no_section_is_named_by_its_number():
    with pytest.raises(BadInput, match="number 1"):
        Sections.of([section(1), "x"])


def test_sections_read_from_a_table_equal_those_described_by_hand():
    rows = pa.table({"id": [1], "length_mm": [10_000_000], "tolerance_mm": [0], "limit_kmh": [100], "clock_ms": [0]})
    assert Sections.from_table(rows)[1] == section(1)


def test_places_come_from_a_table_together_or_not_at_all():
    rows = {
        "id": [1, 2],
        "length_mm": [10**7] * 2,
        "tolerance_mm": [0] * 2,
        "limit_kmh": [100] * 2,
        "clock_ms": [0] * 2,
    }
    places = dict(zip(("entry_lon_e6", "entry_lat_e6", "exit_lon_e6", "exit_lat_e6"), (71, 51, 71, 51), strict=True))
    columns = {name: pa.array([degrees * 1_000_000, None], pa.int64()) for name, degrees in places.items()}
    found = Sections.from_table(pa.table(rows | columns))
    assert found[1].exit_place == Place(71_000_000, 51_000_000)
    assert found[2].entry_place is None
    with pytest.raises(BadInput, match="need all of"):
        Sections.from_table(pa.table(rows | {"entry_lon_e6": columns["entry_lon_e6"]}))
    with pytest.raises(BadInput, match="place at section 1"):
        Sections.from_table(pa.table(rows | columns | {"exit_lat_e6": pa.array([None, None], pa.int64())}))


def test_a_column_that_is_there_twice_is_refused():
    assert refused(GOOD.append_column("plate", GOOD["plate"])) == "plate at schema: the column is there twice"


ANY = {
    "plate": st.integers(-(2**63), 2**63 - 1),
    "section": st.one_of(st.sampled_from([1, 2]), st.integers(-(2**31), 2**31 - 1)),
    "at": st.one_of(st.integers(0, 10**13), st.integers(-(2**63), 2**63 - 1)),
    "side": st.one_of(st.integers(0, 1), st.integers(-128, 127)),
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries(ANY), max_size=12))
def test_any_numbers_at_all_are_judged_completely_or_refused_by_batch_and_stream_alike(rows):
    columns = [pa.array([row[f.name] for row in rows], pa.int64()).cast(f.type, safe=False) for f in PASSES]
    passes = pa.table(columns, schema=PASSES)
    stream = PairingStream(SECTIONS, lateness=timedelta(days=7))
    try:
        found = pair_passes(passes, SECTIONS)
    except BadInput as error:
        with pytest.raises(BadInput, match=re.escape(str(error))):
            stream.push(passes, START)
        return
    assert 2 * found.pairs.num_rows + found.suspects.num_rows == len(rows)
    pushed = stream.push(passes, START)
    told = [pushed.settled, stream.close()]
    assert sum(2 * part.pairs.num_rows + part.suspects.num_rows for part in told) == len(rows)


def test_every_complaint_is_a_bad_input_with_its_own_code():
    assert {BadPasses.code, MissingLength.code, UnsortedSections.code, UnknownSection.code} == {
        "pairing.bad_passes",
        "pairing.missing_length",
        "pairing.unsorted_sections",
        "pairing.unknown_section",
    }


@pytest.mark.parametrize("wrong", [{"lateness": 5}, {"ahead": 5}])
def test_a_stream_takes_spans_of_time_and_no_numbers(wrong):
    with pytest.raises(BadInput, match="timedelta"):
        PairingStream(SECTIONS, **wrong)


def test_one_path_in_place_of_a_list_is_refused():
    """A text is a sequence of texts: without the rule each letter would be looked for as a file."""
    with pytest.raises(BadInput, match="list of paths"):
        next(iter(pair_parquet("passes.parquet", SECTIONS)))


@pytest.mark.parametrize("value", [None, "x", 1.5, [], {}, True, object()])
def test_sections_parameters_and_threads_of_another_kind_are_refused_by_name(value):
    for question in (
        lambda: pair_passes(GOOD, value),
        lambda: pair_passes(GOOD, SECTIONS, value),
        lambda: next(pair_parquet([], SECTIONS, value)),
        lambda: PairingStream(SECTIONS, value),
        lambda: Sections.from_table(value),
        lambda: PairingParams(bands_kmh=value),
    ):
        with pytest.raises(BadInput):
            question()
    for threads in (value, 0, -1, 10**6):
        with pytest.raises(BadInput, match="threads"):
            pair_passes(GOOD, SECTIONS, threads=threads)
    with pytest.raises(UnknownSection):
        SECTIONS[value]
    assert SECTIONS[np.int32(2)].id == 2


@pytest.mark.parametrize("value", [None, 1.5, True, object(), ["x"], "x", [None]])
def test_what_is_no_list_of_sections_is_refused(value):
    with pytest.raises(BadInput):
        Sections.of(value)


def test_a_push_too_large_for_the_stream_loses_no_verdict(monkeypatch):
    """What settles is handed out once; a push that is refused must not have settled anything."""
    stream = PairingStream(Sections.of([section(1)]))
    stream.push(GOOD, START + timedelta(minutes=5))
    later = START + timedelta(hours=9)
    with monkeypatch.context() as full:
        full.setattr("tartip.engines.pairing.stream.MOST_HELD", 3)
        with pytest.raises(BadInput, match="hold more"):
            stream.push(GOOD, later)
    assert stream.advance(later).settled.pairs.num_rows == 1
