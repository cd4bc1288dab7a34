"""Promise: a transfer from the future is answered AHEAD and changes nothing; what was not judged never reads PASS."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.transfers import Advice, BadTransfer, RuleParams, Status, TransferRules
from tartip.engines.transfers.layout import MAX_AT
from tartip.engines.transfers.tests.made import DAY, HOUR, MINUTE, START, pay

NOW = START + DAY


class Clock:
    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


def statuses(judgements):
    return [judgements[row].status.name for row in range(len(judgements))]


@pytest.mark.parametrize("ahead", [2 * MINUTE + 1, HOUR, 365 * DAY, MAX_AT - NOW])
def test_one_transfer_from_the_future_makes_nobody_else_late(ahead):
    rules = TransferRules(clock=Clock())
    assert statuses(rules.process(pay(DAY + ahead, d=50, c=51))) == ["AHEAD"]
    judged = rules.process([pay(DAY - n, d=n, c=20 + n) for n in range(10)])
    assert statuses(judged) == ["JUDGED"] * 10
    assert rules.watermark == NOW - DAY
    assert rules.counts == {"transfers": 10, "accounts": 20, "late": 0, "duplicates": 0, "ahead": 1}


def test_one_from_the_future_inside_a_batch_leaves_the_rest_of_the_batch_alone():
    judged = TransferRules(clock=Clock()).process([pay(DAY), pay(400 * DAY), pay(DAY - 1), pay(DAY)])
    assert statuses(judged) == ["JUDGED", "AHEAD", "JUDGED", "JUDGED"]
    assert judged[3].outcomes["044"] == ".03"  # the third payment: the one from the future was not counted


def test_a_clock_that_is_a_little_ahead_is_forgiven():
    rules = TransferRules(clock=Clock())
    assert statuses(rules.process([pay(DAY + 2 * MINUTE), pay(DAY + 2 * MINUTE + 1)])) == ["JUDGED", "AHEAD"]


def test_what_was_ahead_may_be_sent_again_when_its_time_has_come():
    clock = Clock()
    rules, payment = TransferRules(clock=clock), pay(DAY + HOUR)
    assert rules.process(payment)[0].status is Status.AHEAD
    assert rules.judge(payment)[0].status is Status.AHEAD
    clock.now += HOUR
    assert rules.process(payment)[0].status is Status.JUDGED


def test_a_clock_that_is_put_back_refuses_nothing_that_was_taken_before():
    clock = Clock()
    rules = TransferRules(clock=clock)
    rules.process(pay(DAY))
    clock.now -= 3 * HOUR
    assert rules.process(pay(DAY))[0].status is Status.JUDGED


def test_a_log_that_holds_a_time_far_ahead_does_not_make_the_rest_late(tmp_path):
    """It was admitted under a wrong clock of ours; nothing acknowledged is lost, and the watermark stays believable."""
    with TransferRules(tmp_path / "log", clock=Clock(NOW + 300 * DAY)) as rules:
        rules.process(pay(DAY + 300 * DAY, d=9))
    with TransferRules(tmp_path / "log", clock=Clock()) as rules:
        assert rules.recovery.transfers == rules.counts["transfers"] == 1
        assert statuses(rules.process([pay(DAY), pay(DAY - HOUR)])) == ["JUDGED", "JUDGED"]
        assert rules.process(pay(DAY, d=9))[0].outcomes["044"] == ".02"  # what is still to come is no history yet


def test_no_refused_transfer_reads_as_passed():
    rules = TransferRules(clock=Clock())
    rules.process(pay(DAY, id=1))
    judged = rules.process([pay(-1), pay(DAY, id=1), pay(900 * DAY)])
    assert statuses(judged) == ["LATE", "DUPLICATE", "AHEAD"]
    for row in range(3):
        assert (judged[row].advice, judged[row].score, judged[row].outcomes) == (Advice.NOT_JUDGED, None, {})
    table = judged.to_arrow()
    assert table["advice"].to_pylist() == ["NOT_JUDGED"] * 3
    assert table["score"].null_count == 3


@pytest.mark.parametrize(
    "at",
    [-1, 1_790_035_200.0, "2026-09-22", None, True, 2**63, -(2**63), MAX_AT + 1, datetime(2026, 9, 22, tzinfo=UTC)],
)
def test_a_time_that_is_no_millisecond_of_our_age_is_refused(at):
    with pytest.raises(BadTransfer, match="at"):
        TransferRules(clock=Clock()).process(replace(pay(), at=at))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_without_a_zone_are_refused(unit):
    rows = pa.Table.from_pylist([dict.fromkeys(("id", "debtor", "debtor_account", "creditor", "creditor_account"), 1)])
    rows = rows.append_column("amount", pa.array([100]))
    times = pa.array([datetime(2026, 9, 22)]).cast(pa.timestamp(unit))
    with pytest.raises(BadTransfer, match="zone"):
        TransferRules(clock=Clock()).process(rows.append_column("at", times))
    aware = pa.array([datetime(2026, 9, 22, tzinfo=UTC)]).cast(pa.timestamp(unit, tz="Asia/Almaty"))
    assert statuses(TransferRules(clock=Clock()).process(rows.append_column("at", aware))) == ["JUDGED"]


def test_seconds_given_as_milliseconds_are_late_beside_right_ones():
    rules = TransferRules(clock=Clock())
    assert statuses(rules.process([pay(DAY), replace(pay(), at=START // 1000)])) == ["JUDGED", "LATE"]


def test_seconds_given_as_milliseconds_are_late_even_when_nothing_right_came_before():
    """All windows would be a thousand times longer, and the answers would read PASS."""
    rules = TransferRules(clock=Clock())
    wrong = [replace(pay(DAY), at=(START + n) // 1000) for n in range(3)]
    assert statuses(rules.judge(wrong)) == statuses(rules.process(wrong)) == ["LATE"] * 3
    assert statuses(rules.process(pay(DAY))) == ["JUDGED"]


def test_asking_under_a_wrong_clock_lets_nothing_in_later():
    """`judge` remembers nothing, its clock included."""
    clock = Clock()
    rules = TransferRules(clock=clock)
    rules.process(pay(DAY))
    clock.now += 9_000 * DAY
    rules.judge(pay(DAY))
    clock.now = NOW
    assert statuses(rules.process([pay(8_000 * DAY), pay(DAY, d=3)])) == ["AHEAD", "JUDGED"]


@pytest.mark.parametrize(
    "now",
    [
        None,
        float("nan"),
        float("inf"),
        True,
        1.5e12,
        "now",
        -1,
        MAX_AT + 1,
        2**63,
        2**70,
        datetime(2026, 9, 22, tzinfo=UTC),
    ],
)
def test_a_clock_that_tells_no_time_is_named_and_nothing_is_taken(now):
    clock = Clock()
    rules = TransferRules(clock=clock)
    clock.now = now
    for ask in (rules.judge, rules.process):
        with pytest.raises(BadTransfer, match="now"):
            ask(pay(DAY))
    clock.now = NOW  # and the engine goes on
    assert statuses(rules.process(pay(DAY))) == ["JUDGED"]


@pytest.mark.parametrize("changes", [{"ahead_ms": DAY + 1}, {"adult_age": 201}, {"speed_kmh": 100_001}])
def test_a_tolerance_without_bounds_is_refused(changes):
    with pytest.raises(BadInput):
        RuleParams(**changes)


def test_a_time_before_1970_is_not_rounded_up_into_it():
    rows = pa.Table.from_pylist([dict.fromkeys(("id", "debtor", "debtor_account", "creditor", "creditor_account"), 1)])
    rows = rows.append_column("amount", pa.array([100]))
    for unit in ("ns", "us", "ms", "s"):
        with pytest.raises(BadTransfer, match="1970"):
            TransferRules(clock=Clock()).process(
                rows.append_column("at", pa.array([-1]).cast(pa.timestamp(unit, "UTC")))
            )


def test_judging_leaves_every_array_and_description_byte_equal():
    rules = TransferRules(clock=Clock())
    rules.process(pay(DAY, text="rent"))

    def memory():
        texts = rules._texts
        arrays = [*rules._state[:-1], texts.ends, texts.points]
        return [np.asarray(one).tobytes() for one in arrays], texts.words[:], dict(texts.number)

    before = memory()
    rules.judge([pay(DAY, text=f"{n} " * 30, d=1000 + n) for n in range(500)])
    rules.judge(pay(9_000 * DAY, text="from the future"))
    assert memory() == before
