"""What every benchmark returns and how it is timed: medians, peers interleaved in the same run."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
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

    def as_json(self, load_before: float) -> dict[str, Any]:
        """What is printed and kept. `load_before`: the machine's load when the bench began."""
        return {
            "bench": self.bench,
            "figures": {k: rounded(v) for k, v in self.figures.items()},
            "peers": {p: {k: rounded(v) for k, v in d.items()} for p, d in self.peers.items()},
            "runs": self.runs,
            "input": self.input,
            "notes": self.notes,
            "machine": {
                "cores": os.cpu_count(),
                "cpu": cpu_model(),
                "python": platform.python_version(),
                "load_before": load_before,
                "load": load(),
            },
            "commit": commit(),
        }


def load() -> float:
    """The machine's load of the last minute: above the number of cores, wall times and above all the p99 suffer."""
    return round(os.getloadavg()[0], 2)


def cpu_model() -> str:
    """The processor's name, as the kernel tells it; empty where it does not."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def commit() -> str:
    """The commit that was measured, with "+" if files other than results were changed; empty outside a checkout."""
    here = Path(__file__).parent

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=here, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(exclude)results")
        return git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


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
