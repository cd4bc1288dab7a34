"""Transfer rules: judged and durably remembered transfers per CPU-second, memory, and a restart after many years.

Input: the AMLSim sample (accounts, amounts, steps as days), repeated under other account numbers, with made
descriptions, places and types; without that file everything is made. Peer: the slow reference, which works out each
answer anew from the whole history; both must give the same answers first.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

from bench.contract import Report
from bench.parts.child import run_alone
from bench.parts.reopen_transfers import ask
from tartip.engines.transfers import SyncPolicy, Transfer, TransferRules
from tartip.engines.transfers.layout import MAX_AT
from tartip.engines.transfers.tests.reference import SlowRules

FILE = Path(__file__).parents[2] / "shared" / "data" / "antifraud" / "amlsim_20k_cycle200_transactions.csv.gz"
FIRST_DAY, DAY, SEED, BATCH = 1_760_000_000_000, 86_400_000, 5, 1_000


def run(quick: bool = False) -> Report:
    one, origin = _stream()
    copies, runs = (1, 3) if quick else (9, 3)
    table = _repeated(one, copies)
    _same_answers(one.slice(0, 1_500))
    per_core, per_wall, scores = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for attempt in range(runs):
            log = Path(folder) / f"log{attempt}"
            rules = TransferRules(log, sync=SyncPolicy(BATCH, 0.05), clock=_end, snapshot_after=None)
            wall, cpu = time.perf_counter(), time.process_time()
            judged = [rules.process(table.slice(start, BATCH)) for start in range(0, len(table), BATCH)]
            rules.flush()
            per_core.append(len(table) / (time.process_time() - cpu))
            per_wall.append(len(table) / (time.perf_counter() - wall))
            rules.close()
            size = log.stat().st_size
            scores = [int(part.scores.max()) for part in judged]
            del rules, judged
            log.unlink()
        years = _years(Path(folder) / "years", table, 5_000_000 if quick else 50_000_000)
    single = _one_by_one(one.slice(0, 5_000))
    slow_count = 500 if quick else 1_500
    start = time.process_time()
    slow = SlowRules()
    for transfer in _transfers(one.slice(0, slow_count)):
        slow.process(transfer)
    slow_rate = slow_count / (time.process_time() - start)
    return Report(
        "transfers",
        {
            "per_s_core": statistics.median(per_core),
            "restart_s_after_50M": years.restart_s,
            "memory_slope": years.slope,
            "longest_stop_s": years.longest_stop_s,
            "per_s_wall": statistics.median(per_wall),
            "single_p50_us": single[0],
            "single_p99_us": single[1],
            "memory_mb": years.memory_mb,
            "log_bytes_each": size / len(table),
        },
        {"full_history_each_time": {"per_s_core": slow_rate}},
        runs=runs,
        input=f"{len(table):,} transfers, {origin}, seed {SEED}; highest score {max(scores)}",
        notes=[
            f"batches of {BATCH}, each written and synced before its answers are returned; typology score included",
            f"restart: {years.count:,} transfers, the same days over and over; a new process until its first answer, "
            f"{years.tail:,} of them read from the log behind the last snapshot, {years.kept:,} payments in memory",
            f"full_history_each_time is asked for the first {slow_count:,} transfers only: it gets slower with each",
            "memory_slope: bytes per transfer that the engine's arrays grew by in the second half of these",
            "longest_stop_s: the longest batch of all, in which a snapshot was written",
        ],
    )


@dataclass(frozen=True, slots=True)
class Years:
    count: int
    restart_s: float
    slope: float
    memory_mb: float
    tail: int
    kept: int
    longest_stop_s: float


def _years(log: Path, table: pa.Table, count: int) -> Years:
    """The days of the table one after another until `count` transfers are remembered; then a restart."""
    rules = TransferRules(log, sync=SyncPolicy(100_000, 1.0), clock=_end)
    days = table["at"].to_numpy()
    span = int(days.max() - days.min()) // DAY * DAY + DAY
    ids, at = table["id"].to_numpy(), table["at"].to_numpy()
    rounds = -(-count // len(table))
    longest, half = 0.0, 0
    for number in range(rounds):
        part = table.set_column(table.column_names.index("id"), "id", pa.array(ids + number * len(table)))
        part = part.set_column(part.column_names.index("at"), "at", pa.array(at + number * span))
        for begin in range(0, len(part), 10_000):
            start = time.perf_counter()
            rules.process(part.slice(begin, 10_000))
            longest = max(longest, time.perf_counter() - start)
        if number == rounds // 2:
            half = rules.nbytes
    memory, kept, answers = rules.nbytes, rules.counts["transfers"], ask(rules).outcomes
    rules.flush()
    rules.close()
    took, _, said = run_alone("bench.parts.reopen_transfers", str(log))
    tail, again = json.loads(said)
    if again != answers or not answers:
        raise AssertionError(f"other answers after the restart: {again}, {answers} before")
    slope = (memory - half) / (len(table) * (rounds - rounds // 2 - 1))
    return Years(rounds * len(table), took, slope, memory / 1e6, tail, kept, longest)


def _end() -> int:
    """A clock after all that is made here."""
    return MAX_AT


def _stream() -> tuple[pa.Table, str]:
    rng = np.random.default_rng(SEED)
    if FILE.exists():
        rows = csv.read_csv(FILE)
        payer, receiver, step = (rows[name].to_numpy() for name in ("sourceNodeId", "targetNodeId", "time"))
        amount, origin = np.maximum(np.round(rows["value"].to_numpy() * 100), 1).astype(np.int64), "AMLSim cycle200"
    else:
        payer, receiver = (rng.zipf(1.3, 120_000) % 20_000 for _ in range(2))
        step, origin = np.sort(rng.integers(1, 150, 120_000)), "made"
        amount = (rng.lognormal(9, 1.5, 120_000) + 1).astype(np.int64)
    order = np.argsort(step, kind="stable")
    payer, receiver, step, amount = payer[order], receiver[order], step[order], amount[order]
    place = np.arange(len(step)) - np.searchsorted(step, step)
    at = FIRST_DAY + step * DAY + place * DAY // np.bincount(step)[step]
    words = np.array(
        [f"{word} {n}" for word in ("перевод", "долг", "аренда", "за товар", "подарок") for n in range(300)]
    )
    home = rng.integers(42_000_000, 52_000_000, int(payer.max()) + 1)
    return pa.table(
        {
            "id": np.arange(len(at)),
            "at": at,
            "amount": amount,
            "debtor": payer,
            "debtor_account": payer,
            "creditor": receiver,
            "creditor_account": receiver,
            "text": pa.array(words[rng.integers(0, len(words), len(at))]),
            "kind": pa.array(np.array(["MP2B", "MP2P", "CASH"])[rng.integers(0, 3, len(at))]),
            "lat": home[payer] + rng.integers(0, 30_000, len(at)),
            "lon": rng.integers(70_000_000, 70_050_000, len(at)),
        }
    ), origin


def _repeated(one: pa.Table, copies: int) -> pa.Table:
    """The same days in several towns: account numbers shifted, all sorted by time."""
    parts = []
    for copy in range(copies):
        part = one
        for name in ("id", "debtor", "debtor_account", "creditor", "creditor_account"):
            shift = copy * (len(one) if name == "id" else 1_000_000)
            part = part.set_column(part.column_names.index(name), name, pa.array(part[name].to_numpy() + shift))
        parts.append(part)
    whole = pa.concat_tables(parts)
    return whole.take(pa.array(np.argsort(whole["at"].to_numpy(), kind="stable"))).combine_chunks()


def _transfers(table: pa.Table) -> list[Transfer]:
    return [Transfer(**row) for row in table.to_pylist()]


def _same_answers(table: pa.Table) -> None:
    judged, slow = TransferRules(clock=_end).process(table), SlowRules()
    for row, transfer in enumerate(_transfers(table)):
        if slow.process(transfer)[1] != judged[row].outcomes:
            raise AssertionError(f"answers differ at row {row}")


def _one_by_one(table: pa.Table) -> tuple[float, float]:
    rules, times = TransferRules(clock=_end), []
    for transfer in _transfers(table):
        start = time.perf_counter()
        rules.process(transfer)
        times.append(time.perf_counter() - start)
    return float(np.percentile(times, 50)) * 1e6, float(np.percentile(times, 99)) * 1e6
