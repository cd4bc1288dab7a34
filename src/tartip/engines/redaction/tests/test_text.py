"""Rows of signs: what the network's map of likelihoods is taken for."""

from __future__ import annotations

import numpy as np
import pytest

from tartip.engines.redaction.text import rows_of

H, W = 384, 640


@pytest.mark.parametrize(
    ("wide", "high", "is_row"),
    [
        (60, 12, True),
        (200, 60, True),  # a plate close by
        (30, 2, False),  # a line
        (310, 180, False),  # a car or a sky that the network takes for one large sign would cover the whole picture
        (400, 40, False),  # wider than half of the picture
        (20, 60, False),  # upright
    ],
)
def test_a_row_has_the_shape_and_the_size_of_a_plate(wide, high, is_row):
    likelihood = np.zeros((H, W), np.float32)
    likelihood[100 : 100 + high, 50 : 50 + wide] = 0.9
    rows = rows_of(likelihood)
    assert rows.shape == (int(is_row), 4)
    if is_row:
        left, top, right, bottom = rows[0]
        assert left <= 50
        assert top <= 100
        assert right >= 50 + wide
        assert bottom >= 100 + high


def test_an_unsure_or_torn_part_is_no_row():
    likelihood = np.zeros((H, W), np.float32)
    likelihood[100:120, 50:150] = 0.4
    likelihood[200:240:8, 50:150] = 0.9
    assert len(rows_of(likelihood)) == 0
