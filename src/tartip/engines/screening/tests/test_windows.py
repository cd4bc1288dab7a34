from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import BadInput
from tartip.engines.screening.tests.reference import SlowScreen
from tartip.engines.screening.windows import CallWindows, count_call

A = 77010000001


def count(windows, number, at):
    return tuple(int(total) for total in count_call(windows.slots, number, at))


def test_calls_leave_the_window_bucket_by_bucket():
    """Six buckets of 10 s: the call of second 0 still counts at 59 s and no more at 60 s."""
    windows = CallWindows(16)
    assert count(windows, A, 0) == (1, 1)
    assert count(windows, A, 9_999) == (2, 2)
    assert count(windows, A, 10_000) == (3, 3)
    assert count(windows, A, 59_999) == (4, 4)
    assert count(windows, A, 60_000) == (3, 5)  # 10_000, 59_999 and itself; bucket 0 with two calls is gone
    assert count(windows, A, 3_600_000) == (1, 1)  # four quarters later the first quarter is gone too


def test_a_late_call_counts_in_its_own_bucket():
    windows = CallWindows(16)
    count(windows, A, 30_000)
    assert count(windows, A, 12_000) == (1, 2)  # the later call is not in its minute, but in the same quarter
    assert count(windows, A, 31_000) == (3, 3)
    assert count(windows, A, 200_000) == (1, 4)
    assert count(windows, A, 20_000) == (0, 5)  # older than the minute kept: uncounted there


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 8_000_000)), max_size=60))
def test_counters_equal_the_full_list_of_calls(calls):
    windows, slow = CallWindows(16), SlowScreen(None, {}, (), 0)
    for number, at in calls:
        assert count(windows, number, at) == slow._count(number, at)


def test_counters_stop_at_their_ceiling_instead_of_running_over():
    windows = CallWindows(16)
    for _ in range(2_000):
        totals = count(windows, A, 0)
    assert totals == (127, 1023)


def test_memory_is_bounded_and_forgetting_is_counted():
    windows = CallWindows(16)
    for number in range(1, 101):
        assert count(windows, number, 0) == (1, 1)
    assert windows.nbytes == 17 * 32
    assert windows.forgotten == 100 - 16


def test_a_caller_silent_for_an_hour_gives_its_place():
    windows = CallWindows(16)
    for number in range(1, 17):
        count(windows, number, 0)
    assert count(windows, 99, 3_600_000) == (1, 1)
    assert windows.forgotten == 0
    assert np.count_nonzero(windows.slots[:-1, 0] == 99) == 1


@pytest.mark.parametrize("slots", [0, 8, 1000, -16])
def test_a_size_that_is_no_power_of_two_is_refused(slots):
    with pytest.raises(BadInput, match="slots"):
        CallWindows(slots)
