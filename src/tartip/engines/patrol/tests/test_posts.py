"""Posts: greedy is quick and near, the proof is the brute-force optimum."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tartip.engines.errors import BadInput
from tartip.engines.patrol.posts import GREEDY_SHARE, greedy_posts, place_posts


def brute(covers: np.ndarray, demand: np.ndarray, posts: int) -> int:
    return max(int(demand[covers[list(sites)].any(axis=0)].sum()) for sites in combinations(range(len(covers)), posts))


def made(seed: int, sites: int = 12, cells: int = 60, reach: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(size=(sites, 2)), rng.uniform(size=(cells, 2))
    gone = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    return gone < reach, rng.integers(0, 100, cells)


@pytest.mark.parametrize("seed", range(12))
def test_the_proven_answer_is_the_brute_force_optimum(seed: int) -> None:
    covers, demand = made(seed)
    best = brute(covers, demand, 4)
    quick, proven = greedy_posts(covers, demand, 4), place_posts(covers, demand, 4)
    assert proven.proven
    assert proven.covered == best == int(demand[covers[list(proven.sites)].any(axis=0)].sum())
    assert GREEDY_SHARE * best <= quick.covered <= best <= quick.bound


def test_greedy_takes_the_trap_and_the_proof_does_not() -> None:
    # Site 0 covers the 4 middle cells (40); then 1 or 2 adds 10: 50. Sites 1 and 2 together cover all six: 60.
    covers = np.array([[0, 1, 1, 1, 1, 0], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]], dtype=bool)
    demand = np.full(6, 10)
    assert greedy_posts(covers, demand, 2).covered == 50
    assert place_posts(covers, demand, 2).sites == (1, 2)
    assert place_posts(covers, demand, 2).covered == 60


def test_no_time_still_gives_the_greedy_answer_with_an_honest_bound() -> None:
    covers, demand = made(99, sites=60, cells=400, reach=0.12)
    answer = place_posts(covers, demand, 10, seconds=0)
    assert answer.covered >= greedy_posts(covers, demand, 10).covered
    assert answer.bound >= place_posts(covers, demand, 10).covered


def test_bad_posts_are_named() -> None:
    covers, demand = made(1)
    with pytest.raises(BadInput, match="posts"):
        place_posts(covers, demand, 0)
    with pytest.raises(BadInput, match="negative"):
        place_posts(covers, np.where(demand > 50, -1, demand), 3)
    with pytest.raises(BadInput, match="finite"):
        place_posts(covers, np.full(60, np.nan), 3)
    with pytest.raises(BadInput, match="covers"):
        place_posts(covers[:0], demand, 1)
