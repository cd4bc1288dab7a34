"""Where posts stand: maximal covering (Church and ReVelle 1974), greedy at once, HiGHS for the proof."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.patrol.problem import whole

LARGEST_DEMAND = 10**9  # what the tolerances of HiGHS still tell from one unit more or less
GREEDY_SHARE = 1 - 1 / math.e  # greedy covers at least this share of the optimum (Nemhauser, Wolsey, Fisher 1978)


class NoPosts(EngineError):
    """HiGHS ended without an answer."""

    code = "patrol.no_posts"
    text = "the solver ended with %(status)s"


@dataclass(frozen=True, slots=True)
class Posts:
    """Chosen sites (rows, ascending), the demand they cover, and a proven upper bound on what any choice covers."""

    sites: tuple[int, ...]
    covered: int
    bound: int

    @property
    def proven(self) -> bool:
        return self.covered == self.bound


def greedy_posts(covers: NDArray[np.bool_], demand: NDArray[np.integer[Any]], posts: int) -> Posts:
    """Take the site that covers most new demand, `posts` times; ties go to the lower row.

    covers: bool (sites, cells). demand: whole numbers >= 0 per cell. The bound is the better of covered / (1 − 1/e)
    and covered + the `posts` largest gains still open (both hold for any submodular cover). Raises BadInput, also
    for more posts than sites.
    """
    _check(covers, demand, posts)
    weight = demand.astype(np.int64)
    uncovered = np.ones(len(weight), dtype=bool)
    chosen: list[int] = []
    bound = int(weight[covers.any(axis=0)].sum())
    gains = covers @ weight
    for _ in range(posts):
        bound = min(bound, _open_bound(weight, uncovered, gains, posts))
        site = int(gains.argmax())
        if gains[site] == 0:
            break
        chosen.append(site)
        new = uncovered & covers[site]
        uncovered &= ~covers[site]
        gains = gains - covers[:, new] @ weight[new]
    covered = int(weight[~uncovered].sum())
    bound = min(bound, _open_bound(weight, uncovered, gains, posts), math.floor(covered / GREEDY_SHARE))
    return Posts(tuple(sorted(chosen)), covered, max(covered, bound))


def _open_bound(weight: NDArray[np.int64], uncovered: NDArray[np.bool_], gains: NDArray[np.int64], posts: int) -> int:
    return int(weight[~uncovered].sum() + np.sort(gains)[::-1][:posts].sum())


def place_posts(
    covers: NDArray[np.bool_], demand: NDArray[np.integer[Any]], posts: int, *, seconds: float = 20.0, seed: int = 0
) -> Posts:
    """The best choice of at most `posts` sites, proven where `seconds` suffice, else the best found and its bound.

    max Σ demand·y, y_cell ≤ Σ x_site over its covering sites, Σ x ≤ posts, x binary. Cells with the same covering
    sites are one row. Demand is whole, so a gap below one is a proof. covers: bool (sites, cells). demand: whole
    numbers >= 0, one per cell. posts: 1 to the number of sites. Raises BadInput, and NoPosts where HiGHS fails.
    """
    if not isinstance(seconds, int | float) or not 0 <= seconds < 1e6:
        raise BadInput("seconds", "number", "must lie in 0..1000000")
    whole("seed", "number", seed, 0, 2**31 - 1)
    quick = greedy_posts(covers, demand, posts)
    if quick.proven:
        return quick
    classes, which = np.unique(covers.T, axis=0, return_inverse=True)
    merged = np.zeros(len(classes), dtype=np.int64)
    np.add.at(merged, which.ravel(), demand.astype(np.int64))
    useful = classes.any(axis=1) & (merged > 0)
    sites, bound = _solved(classes[useful], merged[useful], posts, quick, seconds, seed)
    covered = int(demand[covers[list(sites)].any(axis=0)].astype(np.int64).sum())
    if covered < quick.covered:
        sites, covered = quick.sites, quick.covered
    return Posts(sites, covered, max(covered, min(bound, quick.bound)))


def _solved(
    classes: NDArray[np.bool_], weight: NDArray[np.int64], posts: int, quick: Posts, seconds: float, seed: int
) -> tuple[tuple[int, ...], int]:
    import highspy  # never together with ortools in one process: their symbols clash

    cells, sites = classes.shape
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("time_limit", float(seconds)),
        ("random_seed", seed),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.99),
        ("threads", 1),
    ):
        highs.setOptionValue(option, value)
    post = highs.addBinaries(sites)
    seen = highs.addVariables(cells, lb=0, ub=1, obj=weight.astype(float).tolist())
    for cell in range(cells):
        highs.addConstr(highs.qsum(post[site] for site in np.flatnonzero(classes[cell]).tolist()) >= seen[cell])
    highs.addConstr(highs.qsum(post[site] for site in range(sites)) <= posts)
    highs.setMaximize()
    start = highspy.HighsSolution()
    values = np.zeros(sites + cells)
    values[list(quick.sites)] = 1
    values[sites:] = classes[:, list(quick.sites)].any(axis=1)
    start.col_value = values.tolist()
    highs.setSolution(start)
    highs.run()
    info = highs.getInfo()
    if not math.isfinite(info.mip_dual_bound):
        return quick.sites, quick.bound
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        raise NoPosts(status="infeasible")
    found = np.array(highs.getSolution().col_value[:sites])
    chosen = tuple(np.flatnonzero(found > 0.5).tolist()) if len(found) == sites else quick.sites
    return chosen, math.floor(info.mip_dual_bound + 1e-4)


def _check(covers: NDArray[Any], demand: NDArray[Any], posts: int) -> None:
    for what, array in (("covers", covers), ("demand", demand)):
        if not isinstance(array, np.ndarray) or isinstance(array, np.ma.MaskedArray):
            raise BadInput(what, f"type {type(array).__name__}", "must be an array without a mask")
    if covers.ndim != 2 or covers.dtype != bool or not covers.size:
        raise BadInput("covers", "shape, dtype", "must be bool (sites, cells) and not empty")
    if demand.shape != (covers.shape[1],):
        raise BadInput("demand", "shape", "one for each cell")
    if demand.dtype.kind == "f" and not np.isfinite(demand).all():
        raise BadInput("demand", int(np.flatnonzero(~np.isfinite(demand))[0]), "is not a finite number")
    if demand.dtype.kind not in "iu":
        raise BadInput("demand", "dtype", "must hold whole numbers")
    if (demand < 0).any():
        raise BadInput("demand", int(np.flatnonzero(demand < 0)[0]), "must not be negative")
    if int(demand.max()) > LARGEST_DEMAND or int(demand.astype(np.int64).sum()) > LARGEST_DEMAND:
        raise BadInput("demand", "sum", f"must not pass {LARGEST_DEMAND}")
    whole("posts", "number", posts, 1, len(covers))
