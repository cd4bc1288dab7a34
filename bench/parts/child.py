"""A program in a process of its own: how long it takes and how much memory it holds at most.

`python -m bench.parts.child MODULE ARGUMENTS …` runs the module and prints its peak memory in kB as the last line.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import time
from pathlib import Path


def run_alone(module: str, *arguments: str) -> tuple[float, float, str]:
    """Wall seconds from start to end, peak resident memory in MB, and what it printed. Raises if it failed."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "bench.parts.child", module, *arguments]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    took = time.perf_counter() - start
    lines = printed.splitlines()
    return took, int(lines[-1]) / 1024, "\n".join(lines[:-1])


def peak_kb() -> int:
    """Not ru_maxrss: that of a child begins with the memory of the process it was forked from."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def forget(*paths: Path) -> None:
    """Drop the files from the page cache, so that the next reader is cold."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code:
            raise
    print(peak_kb())
