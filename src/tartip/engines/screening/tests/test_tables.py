from __future__ import annotations

import numpy as np
import pytest

from tartip.engines.screening import (
    BadTables,
    CallWindows,
    Ingress,
    Listing,
    Lists,
    Ported,
    Register,
    Screen,
    Trunk,
    build_tables,
    load_tables,
    save_tables,
)
from tartip.engines.screening.tests.conftest import AT_HOME, BANNED, NOW, PORTED, ROAMER, TRUNKS, numbers

CALLS = [(one, 77019999999, trunk, NOW) for one in (AT_HOME, BANNED, PORTED, ROAMER, 77172123456) for trunk in range(5)]


@pytest.mark.parametrize(
    ("lists", "where"),
    [
        (Lists(denied=Listing(numbers(-102))), "row 0"),  # short codes cannot be banned: nobody could call for help
        (Lists(denied=Listing(numbers(1, 0))), "row 1"),
        (Lists(denied=Listing(np.array([7.7]))), "float64"),
        (Lists(denied=Listing(np.array([["7"]]))), "denied"),
        (Lists(denied=Listing(numbers(1, 2), numbers(5))), "1"),
        (Lists(never_calls=Listing(numbers(1), numbers(5))), "never_calls"),
        (Lists(roamers={32: Register(numbers(1), NOW)}), "32"),
        (Lists(ported=Ported(numbers(1), np.array([0], np.uint8))), "row 0"),
        (Lists(ported=Ported(numbers(1, 2), np.array([1], np.uint8))), "1"),
        (Lists(ported=Ported(numbers(5, 5), np.array([1, 2], np.uint8))), "row 1"),
        # What a caller who has numbers and no Listing gives first.
        (Lists(denied=["+77011234567"]), "denied"),  # type: ignore[arg-type]
        (Lists(allowed=numbers(77011234567)), "allowed"),  # type: ignore[arg-type]
        (Lists(roamers={1: numbers(1)}), "roamers"),  # type: ignore[dict-item]
        (Lists(roamers=[Register(numbers(1), NOW)]), "roamers"),  # type: ignore[arg-type]
        (Lists(roamers={1: Register(numbers(1), 1.5)}), "as_of"),  # type: ignore[arg-type]
        (Lists(roamers={1: Register(numbers(1), 2**63)}), "as_of"),
        (Lists(ported=numbers(1)), "ported"),  # type: ignore[arg-type]
        (numbers(1), "lists"),
        (None, "lists"),
    ],
)
def test_lists_that_cannot_be_right_are_refused_with_their_place(lists, where):
    with pytest.raises(BadTables, match=where):
        build_tables(lists, TRUNKS)


@pytest.mark.parametrize(("number", "operator"), [(-1, 0), (65_536, 0), (1, 32)])
def test_a_trunk_out_of_range_is_refused(number, operator):
    with pytest.raises(BadTables, match="trunk"):
        build_tables(Lists(), {number: Trunk(Ingress.NATIONAL, operator)})


@pytest.mark.parametrize("trunk", [5, None, Trunk(1), Trunk("INTERNATIONAL")])
def test_a_trunk_that_is_none_is_named(trunk):
    with pytest.raises(BadTables, match="trunk at 3"):
        build_tables(Lists(), {3: trunk})


@pytest.mark.parametrize(
    "wrong",
    [{"version": "v1"}, {"version": 2**70}, {"version": True}, {"stale_after_ms": -5}, {"stale_after_ms": 1.5}]
    + [{"trunks": trunks} for trunks in ([1], None, {"1": Trunk(Ingress.NATIONAL)})],
)
def test_a_state_that_could_not_be_saved_and_read_back_is_not_built(wrong):
    with pytest.raises(BadTables, match=next(iter(wrong))):
        build_tables(Lists(), **{"trunks": {}, **wrong})


def test_tables_cannot_be_changed(lists):
    tables = build_tables(lists, TRUNKS)
    for array in (*tables.arrays, tables.policy.decision):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_hundred_thousand_listed_numbers_are_all_found_again():
    found = np.random.default_rng(5).choice(10**10, 100_000, replace=False) + 70_000_000_000
    denied, free = found[:50_000], found[50_000:]
    screen = Screen(build_tables(Lists(denied=Listing(denied)), TRUNKS), CallWindows(1024))
    ask = {"called": np.full(50_000, 77019999999), "trunk": np.full(50_000, 3), "at": np.full(50_000, NOW)}
    assert screen.decide_batch({"caller": denied, **ask}).counts()["denied"] == 50_000
    assert screen.decide_batch({"caller": free, **ask}).counts()["denied"] == 0


def test_a_saved_file_decides_as_the_tables_it_was_made_of(lists, tmp_path):
    tables = build_tables(lists, TRUNKS, version=11)
    save_tables(tables, tmp_path / "tables")
    loaded = load_tables(tmp_path / "tables")
    assert (loaded.version, loaded.count, loaded.policy.rules) == (11, tables.count, tables.policy.rules)
    fresh, mapped = Screen(tables, CallWindows(1024)), Screen(loaded, CallWindows(1024))
    assert [fresh.decide(*call) for call in CALLS] == [mapped.decide(*call) for call in CALLS]
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]  # nothing is left beside it


def test_a_damaged_file_is_refused_and_never_half_read(lists, tmp_path):
    path = tmp_path / "tables"
    save_tables(build_tables(lists, TRUNKS), path)
    whole = path.read_bytes()
    padding = {at for at in range(len(whole)) if whole[at] == 0}
    for at in [*range(0, 3000, 37), *range(3000, len(whole), 4999)]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        try:
            load_tables(path)
        except BadTables:
            continue
        assert at in padding, f"a changed byte {at} went unnoticed"
    for size in (0, 5, 20, 400, len(whole) // 2, len(whole) - 70_000):
        path.write_bytes(whole[:size])
        with pytest.raises(BadTables):
            load_tables(path)
    with pytest.raises(BadTables):
        load_tables(tmp_path / "absent")
