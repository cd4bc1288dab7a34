from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from tartip.engines.hashing import copy_into, get, new_map, put
from tartip.engines.transfers.patterns import edits
from tartip.engines.transfers.places import metres
from tartip.engines.transfers.tests.reference import levenshtein
from tartip.engines.transfers.wide import BELOW, FLAT_HIGHER, FLAT_NOT_HIGHER, REACHED, deviation_class, product

WIDE = st.integers(0, 2**128 - 1) | st.integers(0, 2**64 + 5) | st.integers(0, 9)


def split(value):
    return np.uint64(value >> 64), np.uint64(value & (2**64 - 1))


@settings(max_examples=60, deadline=None)
@given(WIDE, WIDE)
def test_products_of_128_bits_are_exact(a, b):
    words = product(split(a), split(b))
    assert sum(int(word) << 64 * place for place, word in zip((3, 2, 1, 0), words, strict=True)) == a * b


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(1, 6) | st.integers(10**15 - 3, 10**15) | st.integers(1, 10**15), min_size=1, max_size=30),
    st.integers(1, 12) | st.integers(10**15 - 3, 10**15) | st.integers(1, 10**15),
    st.integers(1, 100),
)
def test_a_deviation_is_compared_exactly(values, x, k):
    n, total, squares = len(values), sum(values), sum(value * value for value in values)
    distance, spread = n * x - total, n * squares - total * total
    if spread == 0:
        expected = FLAT_HIGHER if distance > 0 else FLAT_NOT_HIGHER
    else:
        expected = REACHED if distance > 0 and distance**2 >= k * k * spread else BELOW
    assert deviation_class(n, split(total), split(squares), x, k) == expected


@settings(max_examples=100, deadline=None)
@given(st.text("абв", max_size=12), st.text("абв", max_size=12), st.integers(2, 9))
def test_edits_are_levenshtein_up_to_the_limit(a, b, most):
    points = np.frombuffer((a + b).encode("utf-32-le"), np.int32)
    assert edits(points, 0, len(a), len(a), len(a) + len(b), most) == min(most, levenshtein(a, b))


def test_distances_fit_the_sphere():
    """A quarter of a meridian is 6,371,008.8 m * pi / 2 = 10,007,557.2 m, half of one 20,015,114.4 m."""
    assert metres(0, 0, 90_000_000, 0) == 10_007_557
    assert metres(0, 0, 0, 180_000_000) == 20_015_114
    assert metres(43_238_000, 76_945_000, 43_238_000, 76_945_000) == 0
    assert metres(43_238_000, 76_945_000, 51_128_000, 71_430_000) == metres(
        51_128_000, 71_430_000, 43_238_000, 76_945_000
    )
    assert 970_000 < metres(43_238_000, 76_945_000, 51_128_000, 71_430_000) < 975_000  # Almaty to Astana


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**40), max_size=60))
def test_the_map_is_a_dictionary(entries):
    table, larger = new_map(60), new_map(500)
    for key, value in entries.items():
        put(table, key, 0)
        put(table, key, value)
    copy_into(table, larger)
    for one in (table, larger):
        assert {key: get(one, key) for key in entries} == entries
        assert [get(one, key) for key in (12345, -1, 2**63 - 1) if key not in entries] in ([-1] * 3, [-1] * 2, [-1], [])
