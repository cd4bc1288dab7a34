"""What is remembered step by step equals what the whole history says, late arrivals and restarts included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.transfers import RuleParams, Status
from tartip.engines.transfers.tests.made import DAY, HOUR, MINUTE, QUARTER, START, far_rules, pay
from tartip.engines.transfers.tests.reference import FACTS, SlowRules

pytestmark = pytest.mark.skipif(not FACTS.exists(), reason="the facts of the public configuration are not here")
STEPS = [0, 0, 1, MINUTE, 5 * MINUTE, HOUR, 8 * HOUR, DAY, DAY + 1, 3 * DAY, QUARTER]
LATENESS = [0, 0, 0, 1, HOUR, DAY - 1, DAY, DAY + 1]
AMOUNTS = [90, 99, 100, 110, 111, 150, 900, 1000, 999_999, 1_000_000, 10**15]
PLACES = [None, (43_238_000, 76_945_000), (43_246_993, 76_945_000), (51_128_000, 71_430_000)]


@st.composite
def streams(draw, most=40):
    """Few accounts, crowded times, late arrivals, refused payments, repeated ids."""
    clock, transfers = 0, []
    for place in range(draw(st.integers(1, most))):
        clock += draw(st.sampled_from(STEPS))
        at = max(0, clock - draw(st.sampled_from(LATENESS)))
        where = draw(st.sampled_from(PLACES))
        transfers.append(
            pay(
                at,
                draw(st.sampled_from(AMOUNTS) | st.integers(1, 10**6)),
                d=draw(st.integers(1, 4)),
                c=draw(st.integers(1, 4)),
                id=draw(st.sampled_from([place, place, place, place, max(0, place - 1)])),
                debtor=draw(st.integers(1, 2)),
                creditor=draw(st.integers(1, 3)),
                text=draw(st.sampled_from(["", "долг", "долг 1", "долг 12345", "rent"])),
                kind=draw(st.sampled_from(["OTHER", "MP2P", "CASH"])),
                lat=where and where[0],
                lon=where and where[1],
                born=draw(st.sampled_from([None, date(2008, 9, 23), date(1990, 2, 28), date(2030, 1, 1)])),
                succeeded=draw(st.sampled_from([True, True, True, False])),
            )
        )
    return transfers


PARAMS = [RuleParams(), RuleParams(scan=2, feeders=1, fan=2, benford_minimum=3, dormant_ms=DAY, largest_ms=DAY)]


def expected(slow, transfers):
    return [slow.process(one) for one in transfers]


def found(judgements):
    return [(judgements[row].status.name, judgements[row].outcomes) for row in range(len(judgements))]


@settings(max_examples=30, deadline=None)
@given(streams(), st.sampled_from(PARAMS))
def test_incremental_answers_equal_the_full_history(transfers, params):
    assert found(far_rules(params=params).process(transfers)) == expected(SlowRules(params), transfers)


@settings(max_examples=20, deadline=None)
@given(streams(30), st.sampled_from(PARAMS), st.lists(st.integers(0, 40), max_size=3))
def test_a_restart_at_any_point_changes_no_answer(tmp_path_factory, transfers, params, cuts):
    log = tmp_path_factory.mktemp("restart") / "log"
    cuts = sorted(min(cut, len(transfers)) for cut in cuts)
    answers = []
    for start, stop in zip([0, *cuts], [*cuts, len(transfers)], strict=True):
        with far_rules(log, params=params) as rules:
            answers += found(rules.process(transfers[start:stop]))
    assert answers == expected(SlowRules(params), transfers)


@settings(max_examples=20, deadline=None)
@given(streams(20), streams(8))
def test_judging_alone_answers_the_same_and_remembers_nothing(history, asked):
    asked = [replace(one, id=1000 + place) for place, one in enumerate(asked)]
    rules, slow = far_rules(), SlowRules()
    rules.process(history)
    expected(slow, history)
    before = [array.copy() for array in rules._state[:8]]
    assert found(rules.judge(asked)) == [slow.judge(one) for one in asked]
    assert all(np.array_equal(a, b) for a, b in zip(before, rules._state[:8], strict=True))


def test_a_late_payment_is_judged_as_of_its_own_time_and_counts_for_later_ones():
    """Two payments at hours 1 and 3; the one of hour 2 comes last and sees only the first."""
    rules = far_rules()
    judgements = rules.process([pay(HOUR), pay(3 * HOUR), pay(2 * HOUR), pay(4 * HOUR)])
    assert [judgements[row].outcomes["044"] for row in range(4)] == [".02", ".03", ".03", ".03"]
    assert judgements[2].outcomes["076"] == ".02"
    counts = rules.process([pay(4 * HOUR + 1) for _ in range(1)])[0].outcomes
    assert counts["017"] == ".02"  # four before and itself


def test_older_than_the_watermark_is_refused_and_not_remembered():
    rules = far_rules()
    assert rules.watermark is None
    judgements = rules.process([pay(2 * DAY), pay(DAY), pay(DAY - 1), pay(2 * DAY)])
    assert [judgements[row].status for row in range(4)] == [Status.JUDGED, Status.JUDGED, Status.LATE, Status.JUDGED]
    assert (judgements[2].outcomes, judgements[2].score, judgements[2].advice.name) == ({}, None, "NOT_JUDGED")
    assert rules.watermark == START + DAY
    assert rules.counts == {"transfers": 3, "accounts": 2, "late": 1, "duplicates": 0, "ahead": 0}


def test_a_transfer_sent_twice_counts_once():
    rules = far_rules()
    first, second = rules.process([pay(id=5), pay(1, id=5)]), rules.process(pay(2, id=5))
    assert [first[0].status, first[1].status, second[0].status] == [Status.JUDGED, Status.DUPLICATE, Status.DUPLICATE]
    assert rules.counts["transfers"] == 1


def test_a_crowd_of_accounts_is_kept_apart():
    """Enough keys to grow every map several times; each pair pays twice, so the second is familiar."""
    rng = np.random.default_rng(3)
    keys = rng.permutation(np.concatenate((np.arange(-1500, 1500), [2**63 - 1, -(2**63)])))
    pairs = [
        pay(0, d=int(a), c=int(b), debtor=int(a), creditor=int(b)) for a, b in zip(keys[::2], keys[1::2], strict=True)
    ]
    rules = far_rules()
    for _ in range(2):
        judgements = rules.process([replace(one, id=one.id + 10**6 * (_ + 1)) for one in pairs])
    assert {judgements[row].outcomes["030"] for row in range(len(pairs))} == {".02"}
    assert {judgements[row].outcomes["044"] for row in range(len(pairs))} == {".03"}
    assert rules.counts["accounts"] == len(keys)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_batches_changes_nothing(size):
    rng = np.random.default_rng(size)
    transfers = [
        pay(i * HOUR, int(rng.integers(1, 500)), d=int(a), c=int(b))
        for i, (a, b) in enumerate(rng.integers(1, 6, (100, 2)))
    ]
    whole, parts = far_rules().process(transfers), far_rules()
    answers = [one for start in range(0, 100, size) for one in found(parts.process(transfers[start : start + size]))]
    assert answers == found(whole)
