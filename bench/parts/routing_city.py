"""Cities, places on their roads and a cold process for the bench `routing`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tartip.engines.routing import CLOSED, Network, Position, Roads, TableLayout, read_csv, read_dimacs

ROADS = Path(__file__).parents[3] / "shared" / "data" / "roads"
Longs = npt.NDArray[np.int64]
Places = list[tuple[float, float]]

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


def on_the_road(network: Network, rng: np.random.Generator, count: int) -> tuple[Longs, Longs, Places]:
    """Edge, share and degrees of places anywhere on roads, each of them the place that snapping finds for the degrees.

    Inside a road, never at its ends; a place where another road lies nearer is drawn again.
    """
    edges: list[int] = []
    shares: list[int] = []
    places: Places = []
    while len(places) < count:
        drawn = rng.integers(0, len(network.roads.tail), count), rng.integers(1_000, 64_500, count)
        degrees = [network.lonlat(Position(int(e), int(s))) for e, s in zip(*drawn, strict=True)]
        found = network.snap_many(degrees)
        for i in np.flatnonzero((found.edge == drawn[0]) & (found.share > 0) & (found.share < 1 << 16)).tolist():
            edges.append(int(found.edge[i]))
            shares.append(int(found.share[i]))
            places.append(degrees[i])
    return np.array(edges[:count]), np.array(shares[:count]), places[:count]


def cold_starts(path: Path, roads: Roads, runs: int) -> list[tuple[float, float]]:
    """(load to first answer, import before it), each in a new process with Python's bytecode cache on."""
    open_road = int(np.flatnonzero(roads.ahead_ms != CLOSED)[0])
    place = [str(values[roads.tail[open_road]] / 1e7) for values in (roads.lon_e7, roads.lat_e7)]
    cache = Path(__file__).parents[2] / "var" / "pycache"
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
