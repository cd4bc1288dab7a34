"""Work ahead: the same items in order, no more than allowed, errors where they belong, no thread left behind."""

from __future__ import annotations

import contextlib
import threading

import pytest

from tartip.engines.redaction.ahead import THREAD, ahead


def test_items_come_in_order_and_at_most_so_many_are_made_before_they_are_asked_for():
    made = []

    def items():
        for n in range(50):
            made.append(n)
            yield n

    taken = []
    with ahead(items(), 3) as results:
        for item in results:
            taken.append(item)
            assert len(made) <= len(taken) + 3
    assert taken == list(range(50))


def test_an_error_is_raised_where_its_item_is_asked_for():
    def items():
        yield 1
        yield 2
        raise ValueError("the third is broken")

    taken = []
    with ahead(items(), 8) as results:
        taken += [next(results), next(results)]
        with pytest.raises(ValueError, match="third"):
            next(results)
    assert taken == [1, 2]


@pytest.mark.parametrize("broken", [False, True])
def test_after_the_block_the_thread_has_ended(broken):
    with contextlib.suppress(KeyError), ahead(iter(range(1000)), 4) as results:
        for item in results:
            if item == 5 and broken:
                raise KeyError(item)
            if item == 5:
                break
    assert not any(thread.name.startswith(THREAD) for thread in threading.enumerate())
