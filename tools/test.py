"""`./run test`: all tests but the slow ones; `--all` adds those. Other arguments go to pytest."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def main() -> int:
    arguments = sys.argv[1:]
    everything = "--all" in arguments
    arguments = [a for a in arguments if a != "--all"]
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        print("No Chromium on this machine: the browser tests will be skipped.", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10"]
    if not everything and not any(a.startswith("-m") for a in arguments):
        command += ["-m", "not slow"]
    # Workers are worth their own servers only for the whole suite, and not on a server given by URL. One more than
    # there are cores: while a test waits for a browser or a program, another one has the core.
    if not os.environ.get("TARTIP_DATABASE_URL") and not any(not a.startswith("-") for a in arguments):
        workers = os.environ.get("TARTIP_TEST_WORKERS") or min(8, (os.cpu_count() or 1) + 1)
        command += ["-n", str(workers), "--dist", "loadscope"]
        command += ["--no-loadscope-reorder"]  # conftest.py says what is begun first
    with _place() as place:
        return subprocess.run([*command, *arguments], check=False, env={**os.environ, **place}).returncode


@contextmanager
def _place() -> Iterator[dict[str, str]]:
    """Root lends PostgreSQL the user nobody; where this folder is closed to others, the tests' data lie elsewhere."""
    here = Path(__file__).resolve().parents
    open_to_all = all(folder.stat().st_mode & stat.S_IXOTH for folder in here)
    if os.geteuid() != 0 or open_to_all or {"TARTIP_VAR", "TARTIP_DATABASE_URL"} & os.environ.keys():
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="tartip-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield {"TARTIP_VAR": str(Path(folder) / "var")}


if __name__ == "__main__":
    sys.exit(main())
