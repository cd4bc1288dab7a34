"""routing: the nearest ten units, everyone's times, new traffic and a cold start; scipy and pyroutingkit beside."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.contract import Report, alternate, medians, percentile
from bench.parts.routing_city import Longs, Places, cold_starts, made_city as made_city, network_of, on_the_road
from bench.parts.routing_peers import RoutingKit, Scipy
from tartip.engines.routing import CLOSED, Network, UnitIndex
from tartip.engines.routing.read.profile import PATROL_TURNS

UNITS = 14_000
UPDATES_PER_S = 200


def run(quick: bool) -> Report:
    """Full: New York, 14,000 units. Quick: Edmonton, 1,400 units. A made city where the data are absent."""
    roads, where = network_of(quick)
    units, incidents = (UNITS // 10, 300) if quick else (UNITS, 3_000)
    rng = np.random.default_rng(20_261_122)
    build_s, network = timed(Network.build, roads)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.roads"
        network.save(path)
        network = Network.load(path)
        index_mb = path.stat().st_size / 1e6
        cold = cold_starts(path, roads, 3)
    edge, share, places = on_the_road(network, rng, units)
    asked = on_the_road(network, rng, incidents)
    index = UnitIndex(network)
    index.update_many(list(range(units)), places)
    scipy, routingkit = Scipy(roads, edge, share), RoutingKit(roads, edge, share)
    times, agree = nearest_ten(index, [("scipy", scipy), ("pyroutingkit", routingkit)], asked)

    place, here = asked[2][1], (int(asked[0][1]), int(asked[1][1]))
    everyone = index.column(place)[1]
    agree &= np.array_equal(everyone, np.minimum(scipy.column(*here), CLOSED))
    agree &= np.array_equal(everyone, np.minimum(routingkit.column(*here), CLOSED))
    columns = medians(
        alternate(
            {
                "tartip": lambda: index.column(place),
                "scipy": lambda: scipy.column(*here),
                "pyroutingkit": lambda: routingkit.column(*here),
            },
            runs=5 if quick else 15,
        )
    )
    eligible = among_eligible(index, asked[2], units)
    speedup = two_threads(index, asked[2], units)
    slower = np.where(network.usual_times == CLOSED, CLOSED, network.usual_times * 2)
    network.reweight(slower)
    weights = medians(
        alternate(
            {"tartip": lambda: network.reweight(slower), "pyroutingkit": routingkit.reweight},
            runs=5 if quick else 9,
        )
    )
    turning = UnitIndex(Network.build(replace(roads, turns=PATROL_TURNS)))
    turning.update_many(list(range(units)), places)
    turning.nearest(asked[2][0])
    turns = [timed(turning.nearest, place)[0] for place in asked[2]]
    return Report(
        "routing",
        {
            "nearest10_median_ms": statistics.median(times["tartip"]) * 1e3,
            "nearest10_p99_ms": percentile(times["tartip"], 0.99) * 1e3,
            "column_ms": columns["tartip"] * 1e3,
            "reweight_ms": weights["tartip"] * 1e3,
            "cold_start_s": statistics.median(load for load, _ in cold),
            "index_mb": index_mb,
            "turns_nearest10_median_ms": statistics.median(turns) * 1e3,
            "eligible_nearest10_p99_ms": percentile(eligible, 0.99) * 1e3,
            "two_threads_speedup": speedup,
        },
        {
            "scipy": {"nearest10_ms": statistics.median(times["scipy"]) * 1e3, "column_ms": columns["scipy"] * 1e3},
            "pyroutingkit": {
                "nearest10_ms": statistics.median(times["pyroutingkit"]) * 1e3,
                "column_ms": columns["pyroutingkit"] * 1e3,
                "reweight_ms": weights["pyroutingkit"] * 1e3,
                "build_s": routingkit.build_s,
            },
        },
        runs=incidents,
        input=f"{where}, {units} units and {incidents} incidents anywhere on the roads",
        notes=[
            f"answers of all three equal: {agree}",
            f"built in {build_s:.1f} s, pyroutingkit's ordering included; compiled kernels come from the cache on disk",
            f"cold start is Network.load to the first answer in a new process, numba's import included; the import of "
            f"the engine before it takes {statistics.median(first for _, first in cold):.2f} s, nearly all numpy",
            "nearest of tartip includes snapping and turning slots into units; the peers begin at a place on the road",
            "scipy: Dijkstra backwards with a limit doubled until ten units are inside; pyroutingkit: the rows of both "
            "ends of the road in its matrix on reversed arcs, then partition",
            "eligible: a tenth of the units, by a mask; after every 20 questions one unit leaves and another one comes",
            f"two threads: questions per second of two threads over those of one, {UPDATES_PER_S} updates a second "
            "beside both",
        ],
    )


def nearest_ten(
    index: UnitIndex, rivals: list[tuple[str, Scipy | RoutingKit]], asked: tuple[Longs, Longs, Places]
) -> tuple[dict[str, list[float]], bool]:
    """Seconds of every question, and whether the answers agree; the peers are asked every twentieth part."""
    times: dict[str, list[float]] = {"tartip": [], "scipy": [], "pyroutingkit": []}
    agree = True
    index.nearest(asked[2][0])
    for i, place in enumerate(asked[2]):
        times["tartip"].append(timed(index.nearest, place)[0])
        if i % (len(asked[2]) // 20) == 0:
            ours = sorted(near.seconds for near in index.nearest(place))
            for name, rival in rivals:
                spent, theirs = timed(rival.nearest, int(asked[0][i]), int(asked[1][i]), 10)
                times[name].append(spent)
                agree &= ours == [-(-int(ms) // 1000) for ms in np.sort(theirs)]
    return times, agree


def among_eligible(index: UnitIndex, places: Places, units: int) -> list[float]:
    mask = index.mask(range(0, units, 10))
    index.nearest(places[0], eligible=mask)
    spent = []
    for i, place in enumerate(places):
        if i % 20 == 10:
            index.remove(i)
            index.update(i, places[i - 1])
        spent.append(timed(lambda place=place: index.nearest(place, eligible=mask))[0])
    return spent


def two_threads(index: UnitIndex, places: Places, units: int) -> float:
    """How many times as many questions two threads answer as one, the median of five turns."""
    ratios = []
    for _ in range(5):
        alone, both = per_second(index, places, units, 1), per_second(index, places, units, 2)
        ratios.append(both / alone)
    return statistics.median(ratios)


def per_second(index: UnitIndex, places: Places, units: int, threads: int) -> float:
    """Questions per second while units move."""
    done, begin = threading.Event(), threading.Barrier(threads + 1)

    def move() -> None:
        for turn in range(1 << 30):
            if done.wait(1 / UPDATES_PER_S):
                return
            index.update(turn % units, places[turn % len(places)])

    def ask(first: int) -> None:
        begin.wait()
        for turn in range(first, first + 2_000):
            index.nearest(places[turn % len(places)])

    mover = threading.Thread(target=move)
    askers = [threading.Thread(target=ask, args=(1_000 * n,)) for n in range(threads)]
    for thread in (mover, *askers):
        thread.start()
    begin.wait()
    start = time.perf_counter()
    for asker in askers:
        asker.join()
    spent = time.perf_counter() - start
    done.set()
    mover.join()
    return 2_000 * threads / spent


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    begin = time.perf_counter()
    answer = work(*arguments)
    return time.perf_counter() - begin, answer
