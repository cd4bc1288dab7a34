"""routing: the nearest ten units, everyone's times, new traffic and a cold start; scipy and pyroutingkit beside."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.contract import Report, alternate, medians, percentile, seconds
from tartip.engines.routing import CLOSED, Network, Roads, TableLayout, UnitIndex, read_csv, read_dimacs
from tartip.engines.routing.graph.roads import FULL_SHARE

ROADS = Path(__file__).parents[2] / "shared" / "data" / "roads"
UNITS = 14_000
Places = npt.NDArray[np.float64]

# One process, as a server that has just been started: load the file, place one unit, ask once.
COLD = """
import sys, time
begin = time.perf_counter()
from tartip.engines.routing import Network, UnitIndex
imported = time.perf_counter()
network = Network.load(sys.argv[1])
units = UnitIndex(network)
units.update("A", float(sys.argv[2]), float(sys.argv[3]))
units.nearest(float(sys.argv[2]), float(sys.argv[3]))
print(time.perf_counter() - imported, imported - begin)
"""


def run(quick: bool) -> Report:
    """Full: New York, 14,000 units. Quick: Edmonton, 1,400 units. A made city where the data are absent."""
    roads, where = network_of(quick)
    units = UNITS // 10 if quick else UNITS
    incidents = 300 if quick else 3_000
    rng = np.random.default_rng(20_261_122)
    build_s, network = timed(Network.build, roads)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.roads"
        network.save(path)
        network = Network.load(path)
        index_mb = path.stat().st_size / 1e6
        cold = cold_starts(path, roads, 3)
    lon, lat = roads.lon_e7 / 1e7, roads.lat_e7 / 1e7
    clear = unmistakable(network, lon, lat)
    nodes, asked = rng.choice(clear, units), rng.choice(clear, incidents)
    index = UnitIndex(network)
    index.update_many(list(range(units)), lon[nodes], lat[nodes])
    scipy, routingkit = Scipy(roads, nodes), RoutingKit(roads, nodes)
    rivals: list[tuple[str, Scipy | RoutingKit]] = [("scipy", scipy), ("pyroutingkit", routingkit)]

    index.nearest(float(lon[asked[0]]), float(lat[asked[0]]))
    times: dict[str, list[float]] = {"tartip": [], "scipy": [], "pyroutingkit": []}
    agree = True
    for i, node in enumerate(asked.tolist()):
        place = float(lon[node]), float(lat[node])
        times["tartip"].append(timed(index.nearest, *place)[0])
        if i % (incidents // 20) == 0:
            ours = sorted(near.seconds for near in index.nearest(*place))
            for name, rival in rivals:
                spent, theirs = timed(rival.nearest, node, 10)
                times[name].append(spent)
                agree &= ours == [-(-int(ms) // 1000) for ms in np.sort(theirs)]

    node = int(asked[1])
    place = float(lon[node]), float(lat[node])
    everyone = index.column(*place)[1]
    agree &= np.array_equal(everyone, np.minimum(scipy.column(node), CLOSED))
    agree &= np.array_equal(everyone, routingkit.column(node))
    columns = medians(
        alternate(
            {
                "tartip": lambda: index.column(*place),
                "scipy": lambda: scipy.column(node),
                "pyroutingkit": lambda: routingkit.column(node),
            },
            runs=5 if quick else 15,
        )
    )
    slower = np.where(network.usual_times == CLOSED, CLOSED, network.usual_times * 2)
    network.reweight(slower)
    weights = medians(
        alternate(
            {"tartip": lambda: network.reweight(slower), "pyroutingkit": routingkit.reweight},
            runs=5 if quick else 9,
        )
    )
    return Report(
        "routing",
        {
            "nearest10_median_ms": statistics.median(times["tartip"]) * 1e3,
            "nearest10_p99_ms": percentile(times["tartip"], 0.99) * 1e3,
            "column_ms": columns["tartip"] * 1e3,
            "reweight_ms": weights["tartip"] * 1e3,
            "cold_start_s": statistics.median(load for load, _ in cold),
            "index_mb": index_mb,
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
        input=f"{where}, {units} units at random junctions, {incidents} incidents",
        notes=[
            f"answers of all three equal: {agree}",
            f"built in {build_s:.1f} s, pyroutingkit's ordering included; compiled kernels come from the cache on disk",
            f"cold start is Network.load to the first answer in a new process, numba's import included; the import of "
            f"the engine before it takes {statistics.median(first for _, first in cold):.2f} s, nearly all numpy",
            "nearest of tartip includes snapping and turning slots into units; the peers begin at a node",
            "scipy: Dijkstra backwards with a limit doubled until ten units are inside; pyroutingkit: one row of its "
            "matrix on reversed arcs, then argpartition",
        ],
    )


def network_of(quick: bool) -> tuple[Roads, str]:
    if not ROADS.exists():
        side = 70 if quick else 500
        return made_city(side), f"made grid of {side} x {side} (the folder of real networks is absent)"
    if quick:
        files = ROADS / "edmonton_nodes.csv.gz", ROADS / "edmonton_arcs.csv.gz"
        return read_csv(*files, TableLayout.jemss()), "Edmonton"
    names = "USA-road-t.NY.gr.gz", "USA-road-d.NY.co.gz", "USA-road-d.NY.gr.gz"
    times, places, lengths = (ROADS / name for name in names)
    return read_dimacs(times, places, lengths, unit_ms=3.6), "New York (DIMACS-9; a unit of time taken as 3.6 ms)"


def made_city(side: int) -> Roads:
    """A bent grid of two-way streets with random times."""
    from tartip.engines.routing.graph.roads import straight_roads

    rng = np.random.default_rng(7)
    row, column = np.divmod(np.arange(side * side), side)
    lon, lat = ((base + (at + rng.uniform(-0.3, 0.3, side * side)) * 0.001) for base, at in ((76, column), (43, row)))
    east, north = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    tail = np.concatenate((east, north)).astype(np.int32)
    head = np.concatenate((east + 1, north + side)).astype(np.int32)
    ms = rng.integers(4_000, 20_000, len(tail)).astype(np.int32)
    x, y = (np.rint(values * 1e7).astype(np.int32) for values in (lon, lat))
    return straight_roads(x, y, tail, head, ms, ms, ms // 10)


def unmistakable(network: Network, lon: Places, lat: Places) -> npt.NDArray[np.int64]:
    """Junctions whose place snaps to them and to no other: a few lie on one another, and peers begin at a number."""
    found, roads = network.snap_many(lon, lat), network.roads
    at = np.where(found.share == 0, roads.tail[found.edge], roads.head[found.edge])
    at_end = (found.share == 0) | (found.share == FULL_SHARE)
    return np.flatnonzero(at_end & (at == np.arange(len(lon))))


class Scipy:
    """Dijkstra from the incident over reversed arcs."""

    def __init__(self, roads: Roads, nodes: npt.NDArray[np.int64]) -> None:
        from scipy.sparse import csr_array

        keep = roads.times != CLOSED
        tail, head, ms = roads.arc_tail[keep], roads.arc_head[keep], roads.times[keep]
        order = np.lexsort((ms, tail, head))
        tail, head, ms = tail[order], head[order], ms[order]
        first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))
        size = len(roads.lon_e7)
        self.graph = csr_array((ms[first].astype(float), (head[first], tail[first])), shape=(size, size))
        self.nodes, self.limit = nodes, float(np.median(ms)) * 8

    def column(self, node: int, limit: float = np.inf) -> npt.NDArray[Any]:
        from scipy.sparse.csgraph import dijkstra

        return np.asarray(dijkstra(self.graph, indices=node, limit=limit))[self.nodes]

    def nearest(self, node: int, k: int) -> npt.NDArray[Any]:
        limit = self.limit
        while True:
            times = self.column(node, limit)
            if np.isfinite(times).sum() >= k:
                return times[np.argpartition(times, k - 1)[:k]]
            limit *= 2


class RoutingKit:
    """A row of the matrix on reversed arcs, so that one incident is one source."""

    def __init__(self, roads: Roads, nodes: npt.NDArray[np.int64]) -> None:
        from pyroutingkit import CCHMetric, CCHTopology

        keep = roads.times != CLOSED
        tail, head = roads.arc_tail[keep].astype(np.uint32), roads.arc_head[keep].astype(np.uint32)
        places = (roads.lat_e7 / 1e7).astype(np.float32), (roads.lon_e7 / 1e7).astype(np.float32)
        self.topology, self.nodes = CCHTopology(), nodes.astype(np.uint32)
        self.weights = roads.times[keep].astype(np.uint32)
        self.build_s = seconds(lambda: self.topology.build(head, tail, *places, len(roads.lon_e7)))
        self.metric, self.spare = CCHMetric(self.topology), CCHMetric(self.topology)
        self.metric.customize(self.weights)

    def column(self, node: int) -> npt.NDArray[Any]:
        row: npt.NDArray[Any] = self.metric.distances_many_to_many(np.array([node], np.uint32), self.nodes)[0]
        return row

    def nearest(self, node: int, k: int) -> npt.NDArray[Any]:
        times = self.column(node)
        nearest: npt.NDArray[Any] = times[np.argpartition(times, k - 1)[:k]]
        return nearest

    def reweight(self) -> None:
        self.spare.customize(self.weights * np.uint32(2))


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    begin = time.perf_counter()
    answer = work(*arguments)
    return time.perf_counter() - begin, answer


def cold_starts(path: Path, roads: Roads, runs: int) -> list[tuple[float, float]]:
    """(load to first answer, import before it), each in a new process with Python's bytecode cache on."""
    place = [str(roads.lon_e7[0] / 1e7), str(roads.lat_e7[0] / 1e7)]
    cache = Path(__file__).parents[1] / "var" / "pycache"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(cache)
    out = []
    for _ in range(runs + 1):  # the first one fills the caches
        answer = subprocess.run(
            [sys.executable, "-c", COLD, str(path), *place], env=environment, capture_output=True, text=True, check=True
        )
        load, first = answer.stdout.split()
        out.append((float(load), float(first)))
    return out[1:]
