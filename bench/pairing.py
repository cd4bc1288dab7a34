"""pairing: a made day of plate passes from memory, from Parquet and as a stream; DuckDB and polars ASOF beside."""

from __future__ import annotations

import multiprocessing
import pickle
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.contract import Report, alternate, medians, percentile

SEED = 20_261_122
CARS = 1_500_000  # about twenty million reads
HOURS, TRIPS = 24, 10
PER_S, STEP_S = 5_000, 0.01  # pace of the stream: 50 reads every ten milliseconds
VAR = Path(__file__).parents[1] / "var" / "bench"


def run(quick: bool) -> Report:
    """Every measurement runs in a process of its own, so that peaks of memory do not mix."""
    cars = CARS // 20 if quick else CARS
    VAR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VAR, prefix="pairing-") as name:
        folder = Path(name)
        reads = apart(make, folder, cars)
        disk = [apart(from_parquet, folder) for _ in range(1 if quick else 5)]
        peer_disk = [apart(duckdb_parquet, folder) for _ in range(1 if quick else 3)]
        memory = apart(from_memory, folder, 3)
        right = apart(rightness, folder)
        stream = apart(stream_latency, folder, 4 if quick else 30)
    seconds = statistics.median(d["s"] for d in disk)
    figures = {
        "memory_reads_per_s": reads / memory["s"]["tartip"],
        "parquet_reads_per_s": reads / seconds,
        "peak_mb": max(d["peak_mb"] for d in disk),
        "innocents_per_10000": right["tartip"]["innocents_per_10000"],
        "double_use": right["tartip"]["double_use"],
        "stream_p99_ms": stream["p99_ms"],
    }
    peers = {
        "duckdb_asof": {
            "memory_reads_per_s": reads / memory["s"]["duckdb_asof"],
            "parquet_reads_per_s": reads / statistics.median(d["s"] for d in peer_disk),
            "peak_mb": max(d["peak_mb"] for d in peer_disk),
            "innocents_per_10000": right["duckdb_asof"]["innocents_per_10000"],
            "double_use": right["duckdb_asof"]["double_use"],
        },
        "polars_asof": {
            "memory_reads_per_s": reads / memory["s"]["polars_asof"],
            "innocents_per_10000": right["polars_asof"]["innocents_per_10000"],
            "double_use": right["polars_asof"]["double_use"],
        },
    }
    counts, theirs = right["tartip"], right["duckdb_asof"]
    notes = [
        f"{counts['pairs']:,} pairs, {counts['offences']:,} offences, {counts['innocent']} of innocent drivers, "
        f"{counts['copies']} of these driven by a car with a copied plate that nothing gave away",
        f"suspects for an impossible journey: {counts['elsewhere']:,} reads; without that rule "
        f"{right['without journeys']['innocent']} innocent drivers of {right['without journeys']['offences']:,}",
        f"DuckDB's rule: {theirs['offences']:,} offences, {theirs['innocent']} of innocent drivers, "
        f"{theirs['copies']} of these driven by a car with a copied plate",
        f"stream: {stream['reads']:,} reads at {PER_S:,}/s over {stream['live']:,} held reads; "
        f"median {stream['median_ms']:.3g} ms, longest {stream['longest_ms']:.3g} ms, of which up to 10 ms waiting",
        f"peak of the process that pairs from memory, table and results included: {memory['peak_mb']:.0f} MB",
    ]
    return Report("pairing", figures, peers, runs=3, input=f"seed {SEED}, {reads:,} reads, 250 sections", notes=notes)


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """`work` in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def peak_mb() -> float:
    """Largest resident memory of this process so far (VmHWM: unlike ru_maxrss it forgets the parent)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def make(folder: Path, cars: int) -> int:
    import pyarrow.parquet as pq

    from tartip.simulation.generators.passes import PassParams, make_passes

    world = make_passes(PassParams(cars=cars, sections=250, hours=HOURS, trips=TRIPS), SEED)
    pq.write_table(world.passes, folder / "passes.parquet", compression="zstd", row_group_size=1 << 20)
    (folder / "sections").write_bytes(pickle.dumps(world.sections))
    (folder / "truth").write_bytes(pickle.dumps(world.truth, protocol=5))
    return int(world.passes.num_rows)


def sections_of(folder: Path) -> Any:
    return pickle.loads((folder / "sections").read_bytes())


def table_of(folder: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(folder / "passes.parquet").combine_chunks()


def from_parquet(folder: Path) -> dict[str, float]:
    """Files to offences in one process; the compiled functions are loaded from their cache first."""
    from tartip.engines.pairing import pair_parquet

    sections = sections_of(folder)
    warm(folder, sections)
    begin = time.perf_counter()
    offences = sum(
        part.offences.num_rows for part in pair_parquet([folder / "passes.parquet"], sections, folder=folder)
    )
    return {"s": time.perf_counter() - begin, "peak_mb": peak_mb(), "offences": offences}


def warm(folder: Path, sections: Any) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tartip.engines.pairing import PASSES, pair_parquet, pair_passes

    few = pa.table([pa.array([1] * 4, f.type) for f in PASSES], schema=PASSES)
    pq.write_table(few, folder / "few.parquet")
    list(pair_parquet([folder / "few.parquet"], sections, folder=folder, block=1))
    pair_passes(few, sections)


def duckdb_parquet(folder: Path) -> dict[str, float]:
    from bench.parts.pairing_peers import duckdb_asof

    begin = time.perf_counter()
    pairs = duckdb_asof(folder / "passes.parquet").num_rows
    return {"s": time.perf_counter() - begin, "peak_mb": peak_mb(), "pairs": pairs}


def from_memory(folder: Path, runs: int) -> dict[str, Any]:
    from bench.parts.pairing_peers import duckdb_asof, polars_asof
    from tartip.engines.pairing import pair_passes

    passes, sections = table_of(folder), sections_of(folder)
    warm(folder, sections)
    pair_passes(passes, sections)
    peak = peak_mb()
    rivals = {
        "tartip": lambda: pair_passes(passes, sections),
        "duckdb_asof": lambda: duckdb_asof(passes),
        "polars_asof": lambda: polars_asof(passes),
    }
    return {"s": medians(alternate(rivals, runs)), "peak_mb": peak}


def rightness(folder: Path) -> dict[str, dict[str, Any]]:
    """Innocent drivers and reads used twice, ours and under the plain rule with the same lower-bound speed."""
    import numpy as np
    import pyarrow as pa

    from bench.parts.pairing_peers import duckdb_asof, polars_asof
    from tartip.engines.pairing import Sections, pair_passes
    from tartip.simulation.generators.passes import innocents

    passes, sections = table_of(folder), sections_of(folder)
    truth = pickle.loads((folder / "truth").read_bytes())
    found = pair_passes(passes, sections)
    elsewhere = int(pa.compute.sum(pa.compute.equal(found.suspects["reason"], "elsewhere")).as_py())
    bare = Sections.of(replace(row, entry_place=None, exit_place=None) for row in sections.described)
    numbered = passes.append_column("row", pa.array(np.arange(passes.num_rows)))
    blind = pair_passes(passes, bare).pairs
    peers = {"duckdb_asof": duckdb_asof(numbered, rows=True), "polars_asof": polars_asof(numbered, rows=True)}
    judged = {name: with_bands(theirs, sections) for name, theirs in peers.items()}
    counted = {}
    for name, pairs in ({"tartip": found.pairs, "without journeys": blind} | judged).items():
        offences = pairs.filter(pa.compute.greater(pairs["band"], 0))
        count = innocents(truth, offences)
        used = np.bincount(np.concatenate([pairs["entry"].to_numpy(), pairs["exit"].to_numpy()]))
        counted[name] = {
            "pairs": pairs.num_rows,
            "offences": offences.num_rows,
            "innocent": count.innocent,
            "copies": count.copies,
            "innocents_per_10000": count.per_10000,
            "double_use": int((used > 1).sum()),
            "elsewhere": elsewhere,
        }
    return counted


def with_bands(theirs: Any, sections: Any) -> Any:
    """A peer's pairs with our lower-bound speed, so that only the rule of pairing differs."""
    import numpy as np
    import pyarrow as pa

    for name in ("entered_at", "exited_at"):  # microseconds there
        moment = theirs[name].cast(pa.timestamp("ms", tz="UTC"))
        theirs = theirs.set_column(theirs.column_names.index(name), name, moment)
    road = sections.road
    k = np.searchsorted(road[:, 0], theirs["section"].to_numpy())
    took = (theirs["exited_at"].cast(pa.int64()).to_numpy() - theirs["entered_at"].cast(pa.int64()).to_numpy()) + 1
    took += road[k, 3]
    band = sum((road[k, 1] * 3600 > (road[k, 2] + edge) * 1000 * took).astype(np.int8) for edge in (10, 20, 40, 60))
    return theirs.append_column("band", pa.array(band))


def stream_latency(folder: Path, duration_s: int) -> dict[str, Any]:
    """From the arrival of an exit read to its first verdict, at a steady pace, over hours of reads already held.

    The day runs faster than the clock on the wall so that 5,000 reads come every second; nothing else is changed.
    """
    from tartip.engines.pairing import PairingStream

    passes, sections = table_of(folder), sections_of(folder)
    at = passes["at"].to_numpy().astype("int64")
    side = passes["side"].to_numpy()
    stream = PairingStream(sections, capacity=passes.num_rows)
    ahead = timedelta(seconds=1)

    def push(first: int, last: int) -> None:
        stream.push(passes.slice(first, last - first), datetime.fromtimestamp(int(at[last - 1]) / 1000, UTC) + ahead)

    step, total = int(PER_S * STEP_S), duration_s * PER_S
    done = max(step, (passes.num_rows * 3 // 5 - total) // step * step)
    for first in range(0, done, 50_000):
        push(first, min(first + 50_000, done))
    live, waits = stream.live, []
    begin = time.perf_counter()
    for n in range(total // step):
        first = done + n * step
        due = begin + (n + 1) * STEP_S  # the last read of this push arrives now, the first one ten milliseconds ago
        time.sleep(max(0.0, due - time.perf_counter()))
        push(first, first + step)
        told = time.perf_counter()
        arrived = begin + n * STEP_S
        waits += [told - (arrived + STEP_S * (i + 1) / step) for i in range(step) if side[first + i] == 1]
    ms = [1000 * wait for wait in waits]
    return {
        "p99_ms": percentile(ms, 0.99),
        "median_ms": statistics.median(ms),
        "longest_ms": max(ms),
        "live": live,
        "reads": total,
    }
