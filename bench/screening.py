"""Call screening: batches per CPU-second, latency of one call as a Python caller pays it, reload, memory.

Lists of national size (a million bans, 0.3 million roamers, two million ported numbers); calls from the generator.
The peer decides the same facets with plain dictionaries and sets; its verdicts are compared with ours before timing.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.contract import Report, percentile
from tartip.engines.screening import (
    CallWindows,
    Listing,
    Lists,
    Ported,
    Register,
    Screen,
    build_tables,
    default_plan,
)
from tartip.engines.screening.numbers import WITHHELD
from tartip.simulation.generators.cdr import NetworkParams, build_world, make_day

SEED = 11
PREFIXES = np.array([700, 701, 702, 705, 706, 707, 708, 747, 771, 775, 776, 777, 778])


def run(quick: bool = False) -> Report:
    persons, listed, runs = (60_000, 0.1, 3) if quick else (400_000, 1.0, 5)
    world = build_world(NetworkParams(persons=persons, days=1), SEED)
    day = make_day(world, 0).calls
    calls = day.filter(pc.equal(day["kind"], 0)).combine_chunks()
    columns = {name: calls[name].to_numpy().astype(np.int64) for name in ("caller", "called", "trunk", "diverted_by")}
    columns["at"] = calls["at"].cast(pa.int64()).to_numpy()
    with tempfile.TemporaryDirectory() as folder:
        _write_lists(Path(folder), world, listed)
        tables = _reload(Path(folder), world)
        screen = Screen(tables, CallWindows(1 << 20))
        reloads = []
        for _ in range(runs):
            start = time.perf_counter()
            screen.swap(_reload(Path(folder), world))
            reloads.append(time.perf_counter() - start)
    peer = _Plain(world, tables)
    sample = _rows(columns, 50_000 if quick else 200_000)
    _same_verdicts(tables, peer, columns, min(20_000, len(calls)))
    batch, plain = [], []
    for _ in range(runs):
        screen.windows.slots[:] = 0
        start = time.process_time()
        screen.decide_batch(columns)
        batch.append(len(calls) / (time.process_time() - start))
        peer.seen.clear()
        start = time.process_time()
        for call in sample:
            peer.decide(*call)
        plain.append(len(sample) / (time.process_time() - start))
    texts = [(_spelled(a, n), _spelled(b, n + 7), c, d, 0) for n, (a, b, c, d, _) in enumerate(sample)]
    ours, worded, theirs = [], [], []
    for _ in range(runs):
        ours.append(_latency(screen.decide, sample))
        worded.append(_latency(screen.decide, texts))
        theirs.append(_latency(peer.decide, sample))
    return Report(
        "screening",
        {
            "batch_per_s_core": statistics.median(batch),
            "single_text_p99_us": statistics.median(p99 for _, p99 in worded),
            "reload_s": statistics.median(reloads),
            "tables_mb": (tables.nbytes + screen.windows.nbytes) / 1e6,
            "single_text_p50_us": statistics.median(p50 for p50, _ in worded),
            "single_packed_p50_us": statistics.median(p50 for p50, _ in ours),
            "single_packed_p99_us": statistics.median(p99 for _, p99 in ours),
        },
        {
            "plain_python": {
                "batch_per_s_core": statistics.median(plain),
                "single_packed_p50_us": statistics.median(p50 for p50, _ in theirs),
                "single_packed_p99_us": statistics.median(p99 for _, p99 in theirs),
            },
        },
        runs=runs,
        input=f"{len(calls):,} calls of a made day, {tables.count:,} listed numbers, seed {SEED}",
        notes=[
            "batch is per CPU-second of this process; single is wall time of one call from Python, timer included",
            "number texts: 89 of 100 in E.164 with a plus, 6 as dialled at home, 4 in SIP URIs, 1 with spaces; callers "
            "who show no number are anonymous",
            "plain_python takes packed numbers only: beside it stands our time for these, not for texts",
            "reload reads Parquet, builds and swaps; tables_mb counts the call counters (34 MB) too",
        ],
    )


def _spelled(number: int, turn: int) -> str:
    """A packed number as switches send it."""
    if number <= 0:
        return str(-number) if number else "anonymous"
    home, form = 70_000_000_000 < number < 80_000_000_000, turn % 100
    if form < 6 and home:
        return f"8{number - 70_000_000_000}"
    if form in (6, 7, 8, 9):
        return f"sip:+{number}@10.1.2.3;user=phone"
    return f"+{number // 10**7} {number % 10**7}" if form == 10 else f"+{number}"


def _numbers(count: int, rng: np.random.Generator) -> np.ndarray:
    return np.unique(70_000_000_000 + rng.choice(PREFIXES, count) * 10**7 + rng.integers(0, 10**7, count))


def _write_lists(folder: Path, world: Any, size: float) -> None:
    rng = np.random.default_rng(SEED)
    lists = world.lists(0)
    pq.write_table(pa.table({"number": _numbers(int(1e6 * size), rng)}), folder / "denied.parquet")
    roamers = np.setdiff1d(_numbers(int(3e5 * size), rng), world.lines.number)
    for operator, register in lists.roamers.items():
        mine = np.union1d(roamers[operator - 1 :: 3], register.numbers)
        pq.write_table(pa.table({"number": mine}), folder / f"roamers{operator}.parquet")
    ported = np.setdiff1d(_numbers(int(2e6 * size), rng), world.lines.number)
    both = np.concatenate((ported, lists.ported.numbers))
    to = np.concatenate((rng.integers(1, 4, len(ported)).astype(np.uint8), lists.ported.operators))
    pq.write_table(pa.table({"number": both, "operator": to}), folder / "ported.parquet")


def _reload(folder: Path, world: Any) -> Any:
    def read(name: str, column: str = "number") -> np.ndarray:
        return np.asarray(pq.read_table(folder / f"{name}.parquet", columns=[column])[column].to_numpy())

    now = world.params.first_day_ms + 86_400_000
    lists = Lists(
        denied=Listing(read("denied")),
        roamers={operator: Register(read(f"roamers{operator}"), now) for operator in (1, 2, 3)},
        ported=Ported(read("ported"), read("ported", "operator")),
    )
    return build_tables(lists, world.trunks())


def _rows(columns: dict[str, np.ndarray], count: int) -> list[tuple[int, ...]]:
    names = ("caller", "called", "trunk", "at", "diverted_by")
    return list(zip(*(columns[name][:count].tolist() for name in names), strict=True))


def _latency(decide: Any, calls: list[tuple[Any, ...]]) -> tuple[float, float]:
    clock, times = time.perf_counter, list[float]()
    for call in calls:
        start = clock()
        decide(*call)
        times.append(clock() - start)
    return percentile(times, 0.5) * 1e6, percentile(times, 0.99) * 1e6


def _same_verdicts(tables: Any, peer: _Plain, columns: dict[str, np.ndarray], count: int) -> None:
    rows = _rows(columns, count)
    part = {name: column[:count] for name, column in columns.items()}
    verdicts = Screen(tables, CallWindows(1 << 18)).decide_batch(part)
    ours = [tables.policy.rules[index].name for index in verdicts.rule]
    theirs = [peer.decide(*row) for row in rows]
    differing = [(row, a, b) for row, a, b in zip(rows, ours, theirs, strict=True) if a != b]
    if differing:
        raise AssertionError(f"{len(differing)} verdicts differ, such as {differing[0]}")


class _Plain:
    """The default rules written out with dictionaries and sets, as one would by hand."""

    def __init__(self, world: Any, tables: Any) -> None:
        words = tables.words[tables.words != 0].tolist()
        self.flags = {word >> 14: word & 16383 for word in words}
        self.trunks = {number: (trunk.ingress.name, trunk.operator) for number, trunk in world.trunks().items()}
        self.plan, self.kinds = default_plan(), dict[int, str]()
        self.seen: dict[int, tuple[list[int], list[int]]] = {}

    def kind(self, caller: int) -> str:
        key = caller // 10_000 if 10**10 <= caller < 10**11 else caller
        if key not in self.kinds:
            self.kinds[key] = self.plan.kind(caller).name
        return self.kinds[key]

    def decide(self, caller: int, called: int, trunk: int, at: int, by: int) -> str:
        ingress, behind = self.trunks.get(trunk, ("UNKNOWN", 0))
        flags = self.flags.get(caller, 0)
        minute = hour = 0
        if called not in (-101, -102, -103, -104, -112) and caller > 0:
            minute, hour = self.count(caller, at)
        elif called < 0:
            return "emergency" if called > -200 else "clear"
        if flags & 1:
            return "denied"
        if ingress == "UNKNOWN":
            return "unknown-trunk"
        kind = self.kind(caller) if caller != WITHHELD else "WITHHELD"
        if kind in ("MALFORMED", "NO_PLAN"):
            return {"MALFORMED": "malformed", "NO_PLAN": "no-such-plan"}[kind]
        if kind in ("UNALLOCATED", "RESERVED"):
            return "unallocated"
        if kind == "IMPOSSIBLE":
            return "impossible-abroad" if ingress == "INTERNATIONAL" else "impossible"
        if ingress == "INTERNATIONAL":
            if kind == "SHORT":
                return "short-code-abroad"
            if kind == "INLAND_ONLY":
                return "inland-only-abroad"
            if kind in ("HOME_FIXED", "HOME_MOBILE") and by and self.flags.get(by, 0) & 8:
                return "forwarded-by-roamer"
            if kind == "HOME_MOBILE":
                operator = flags >> 5 or self.plan.operator_of_prefix[caller // 10**7 - 7000]
                return (
                    "roamer" if flags & 8 else "home-mobile-not-abroad" if operator in (1, 2, 3) else "roaming-unknown"
                )
            if kind == "HOME_FIXED":
                return "home-fixed-abroad"
            if minute >= 100:
                return "flood-abroad"
        if ingress == "NATIONAL" and kind == "HOME_MOBILE" and behind:
            operator = flags >> 5 or self.plan.operator_of_prefix[caller // 10**7 - 7000]
            if operator and operator != behind:
                return "wrong-operator"
        if minute >= 30:
            return "burst"
        return "many-an-hour" if hour >= 300 else "clear"

    def count(self, caller: int, at: int) -> tuple[int, int]:
        window = self.seen.get(caller)
        if window is None:
            window = self.seen[caller] = ([], [])
        for times, width, buckets in ((window[0], 10_000, 6), (window[1], 900_000, 4)):
            bucket = at // width
            while times and times[0] <= bucket - buckets:
                times.pop(0)
            times.append(bucket)
        return len(window[0]), len(window[1])
