"""What every benchmark returns and how it is timed: medians, peers interleaved in the same run."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Number = float | int


@dataclass
class Report:
    """Result of one bench. `figures` holds the contract's keys; `peers` the rivals measured in the same run."""

    bench: str
    figures: dict[str, Number]
    peers: dict[str, dict[str, Number]] = field(default_factory=dict)
    runs: int = 3
    input: str = ""
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "bench": self.bench,
            "figures": {k: rounded(v) for k, v in self.figures.items()},
            "peers": {p: {k: rounded(v) for k, v in d.items()} for p, d in self.peers.items()},
            "runs": self.runs,
            "input": self.input,
            "notes": self.notes,
            "machine": {
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "load": round(os.getloadavg()[0], 2),
            },
        }


def rounded(value: Number) -> Number:
    """Four significant digits are all a benchmark can honestly claim; counts stay whole."""
    return value if isinstance(value, int) else float(f"{value:.4g}")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternate(rivals: Mapping[str, Callable[[], object]], runs: int = 3) -> dict[str, list[float]]:
    """Time the rivals A B A B … `runs` times, so that drift of the machine hits all alike. Seconds per run."""
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(runs):
        for name, work in rivals.items():
            times[name].append(seconds(work))
    return times


def medians(times: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in times.items()}


def percentile(values: list[float], share: float) -> float:
    """Nearest-rank percentile, share in 0..1; no interpolation, so a p99 is a value that happened."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]
