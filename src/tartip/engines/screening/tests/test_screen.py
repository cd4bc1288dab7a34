from __future__ import annotations

import threading

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.screening import (
    DEFAULT_RULES,
    MALFORMED,
    Action,
    CallWindows,
    Listing,
    Lists,
    Screen,
    build_tables,
)
from tartip.engines.screening.tests.conftest import (
    AT_HOME,
    BANNED,
    HOTLINE,
    NOW,
    PARDONED,
    PORTED,
    ROAMER,
    TRUNKS,
    numbers,
)
from tartip.engines.screening.tests.reference import SlowScreen

ABROAD, BEELINE, OWN, TRANSIT, NOBODY = 1, 2, 3, 4, 9


def test_numbers_that_cannot_be_where_they_claim_are_blocked(ask):
    assert ask("+77172123456") == "home-fixed-abroad"
    assert ask(AT_HOME) == "home-mobile-not-abroad"
    assert ask("+77511234567") == "inland-only-abroad"
    assert ask("+77901234567", OWN) == "unallocated"  # wherever it comes from
    assert ask("102") == "short-code-abroad"


def test_calls_that_only_look_spoofed_ring(ask):
    """The sources of wrongly blocked calls named in the field: roamers, forwarding, shared codes, Baikonur."""
    assert ask(ROAMER) == "roamer"
    assert ask("+77172123456", by=ROAMER) == "forwarded-by-roamer"
    assert ask("+77172123456", by=AT_HOME) == "home-fixed-abroad"
    assert ask("+78001234567") == "clear"
    assert ask("+73362212345") == "clear"
    assert ask("+79161234567") == "clear"
    assert ask("") == "clear"  # withheld


def test_without_a_fresh_register_of_roamers_the_call_rings_with_a_warning(ask):
    """Register of operator 1 was true at NOW and is trusted for ten minutes; Tele2 (707) sent none."""
    assert ask(AT_HOME, at=NOW + 600_000) == "home-mobile-not-abroad"
    assert ask(AT_HOME, at=NOW + 600_001) == "roaming-unknown"
    assert ask("+77071234567") == "roaming-unknown"


def test_portability_beats_the_prefix(ask):
    """701 is a Kcell prefix; the ported number is served by Beeline (2), so Beeline's trunk may bring it."""
    assert ask(PORTED, BEELINE) == "clear"
    assert ask(AT_HOME, BEELINE) == "wrong-operator"
    assert ask(AT_HOME, TRANSIT) == "clear"
    assert ask(PORTED, OWN) == "clear"  # rule is for interconnection alone


def test_a_call_for_help_always_rings(ask):
    for caller in (BANNED, "", "garbage", "+77901234567", HOTLINE):
        for trunk in (ABROAD, OWN, NOBODY):
            assert ask(caller, trunk, called="102") == "emergency"
            assert ask(caller, trunk, called="104") == "emergency"


def test_lists_decide_and_an_allowance_beats_a_ban_until_it_ends(ask):
    assert ask(BANNED, OWN) == "denied"
    assert ask(HOTLINE, OWN) == "never-calls"
    assert ask(PARDONED, OWN, at=NOW + 999) == "allowed"
    assert ask(PARDONED, OWN, at=NOW + 1000) == "denied"


def test_a_ban_ends_at_its_time(lists):
    until = Lists(denied=Listing(numbers(BANNED, ROAMER), numbers(NOW, NOW + 1)))
    screen = Screen(build_tables(until, TRUNKS), CallWindows(16))
    assert screen.decide(BANNED, 77019999999, OWN, NOW).rule == "clear"
    assert screen.decide(ROAMER, 77019999999, OWN, NOW).rule == "denied"
    assert screen.decide(ROAMER, 77019999999, OWN, NOW + 1).rule == "clear"


def test_a_burst_warns_from_the_thirtieth_call_of_a_minute(ask):
    assert [ask(AT_HOME, OWN) for _ in range(30)] == ["clear"] * 29 + ["burst"]
    assert [ask("+442079460958", ABROAD) for _ in range(100)][-2:] == ["burst", "flood-abroad"]


def test_what_the_engine_cannot_judge_is_unknown_and_never_blocked(screen):
    for caller, trunk, rule in (
        ("+999123456789", ABROAD, "no-such-plan"),
        ("not a number", ABROAD, "malformed"),
        (None, OWN, "malformed"),
        (3.5, OWN, "malformed"),
        ("+77019", OWN, "impossible"),
        (AT_HOME, NOBODY, "unknown-trunk"),
        (AT_HOME, -1, "unknown-trunk"),
    ):
        verdict = screen.decide(caller, 77019999999, trunk, NOW)
        assert (verdict.rule, verdict.action) == (rule, Action.UNKNOWN)


def test_a_verdict_says_what_it_saw_and_which_tables_decided(screen):
    verdict = screen.decide("+77172123456", "+77019999999", ABROAD, NOW)
    assert (verdict.action, verdict.version) == (Action.BLOCK, 7)
    assert verdict.why == {
        "ingress": "INTERNATIONAL",
        "called": "HOME",
        "caller": "HOME_FIXED",
        "listed": "NO",
        "roaming": "NO",
        "diverted": "NO",
        "owner": "UNKNOWN",
        "per_minute": "0..29",
        "per_hour": "0..299",
    }


POOL = [ROAMER, AT_HOME, PORTED, BANNED, PARDONED, HOTLINE, 77172123456, 77901234567, 79161234567, 442079460958]
POOL += [999123456789, 77511234567, 78001234567, 0, -102, -1414, MALFORMED, 10**16, -(10**18), 1]
CALL = st.tuples(
    st.sampled_from(POOL) | st.integers(77_000_000_000, 77_999_999_999),
    st.sampled_from(POOL),
    st.integers(-2, 5),
    st.integers(NOW, NOW + 900_000),
    st.sampled_from([0, 0, ROAMER, AT_HOME, MALFORMED]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(CALL, min_size=1, max_size=50))
def test_one_by_one_and_batch_equal_the_slow_screen(lists, calls):
    tables = build_tables(lists, TRUNKS)
    slow = SlowScreen(lists, TRUNKS, DEFAULT_RULES, 600_000)
    single, batch = Screen(tables, CallWindows(4096)), Screen(tables, CallWindows(4096))
    expected = [slow.decide(*call) for call in calls]
    assert [single.decide(*call).rule for call in calls] == expected
    columns = dict(
        zip(("caller", "called", "trunk", "at", "diverted_by"), map(list, zip(*calls, strict=True)), strict=True)
    )
    verdicts = batch.decide_batch(pa.table(columns))
    assert verdicts.to_arrow()["rule"].to_pylist() == expected
    assert sum(verdicts.counts().values()) == len(calls)


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=30) | st.integers() | st.none() | st.floats() | st.binary(max_size=5),
    st.text(max_size=30) | st.integers(),
    st.integers() | st.none() | st.text(max_size=3),
    st.integers() | st.floats(),
)
def test_any_garbage_gets_a_verdict_or_a_typed_error(session_screen, caller, called, trunk, at):
    try:
        verdict = session_screen.decide(caller, called, trunk, at)
    except EngineError:
        return
    assert verdict.rule in {rule.name for rule in DEFAULT_RULES}


@pytest.fixture(scope="module")
def session_screen(lists):
    return Screen(build_tables(lists, TRUNKS), CallWindows(1024))


def test_a_batch_takes_text_timestamps_and_numpy(screen):
    texts = pa.table(
        {
            "caller": ["+77172123456", None, "x"],
            "called": ["102", "+77019999999", "+77019999999"],
            "trunk": pa.array([1, 1, 3], pa.int16()),
            "at": pa.array([NOW] * 3, pa.timestamp("ms", tz="UTC")),
        }
    )
    assert screen.decide_batch(texts).to_arrow()["rule"].to_pylist() == ["emergency", "clear", "malformed"]
    arrays = {name: np.array([77172123456, NOW, 1, NOW])[[i]] for name, i in (("caller", 0), ("called", 0), ("at", 1))}
    verdicts = screen.decide_batch({**arrays, "trunk": np.array([1], np.int8)})
    assert verdicts.to_arrow()["action"].to_pylist() == ["BLOCK"]
    assert len(screen.decide_batch({name: np.zeros(0, np.int64) for name in ("caller", "called", "trunk", "at")})) == 0


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("caller", None),
        ("caller", pa.array([1.5])),
        ("caller", np.array([1.5])),
        ("called", pa.array([1, 2])),
        ("trunk", pa.array(["1"])),
        ("trunk", pa.array([None], pa.int64())),
        ("at", [NOW]),
        ("diverted_by", pa.array([1, 2, 3])),
    ],
)
def test_a_batch_with_a_broken_column_is_refused_by_its_name(screen, column, values):
    calls = {"caller": pa.array([1]), "called": pa.array([1]), "trunk": pa.array([1]), "at": pa.array([NOW])}
    calls[column] = values
    if values is None:
        del calls[column]
    with pytest.raises(BadInput, match=column):
        screen.decide_batch(calls)


def test_readers_never_see_half_a_swap():
    """Old tables ban A and not B, new ones ban B and not A: no batch may find both banned or both free."""
    a, b = 77010000001, 77010000002
    old, new = (build_tables(Lists(denied=Listing(numbers(one))), TRUNKS, version=one) for one in (a, b))
    screen = Screen(old, CallWindows(1024))
    calls = {"caller": np.array([a, b] * 500), "called": np.full(1000, 77019999999), "at": np.full(1000, NOW)}
    calls["trunk"] = np.full(1000, OWN)
    stop, torn = threading.Event(), []

    def read():
        while not stop.is_set():
            verdicts = screen.decide_batch(calls)
            denied = verdicts.action == Action.BLOCK
            banned = verdicts.tables.version
            if not np.array_equal(denied, calls["caller"] == banned):
                torn.append(banned)
            one = screen.decide(a, 77019999999, OWN, NOW)
            if (one.rule == "denied") != (one.version == a):
                torn.append(one.version)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for round_ in range(300):
        screen.swap(new if round_ % 2 else old)
    stop.set()
    for reader in readers:
        reader.join()
    assert torn == []


def test_counters_outlive_a_swap(lists):
    screen = Screen(build_tables(lists, TRUNKS), CallWindows(1024))
    for _ in range(29):
        screen.decide(AT_HOME, 77019999999, OWN, NOW)
    screen.swap(build_tables(lists, TRUNKS, version=2))
    assert screen.decide(AT_HOME, 77019999999, OWN, NOW).rule == "burst"
