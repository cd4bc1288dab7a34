"""`./run test`: all tests but the slow ones; `--all` adds those. Other arguments go to pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def main() -> int:
    arguments = sys.argv[1:]
    everything = "--all" in arguments
    arguments = [a for a in arguments if a != "--all"]
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        print("No Chromium on this machine: the browser tests will be skipped.", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10"]
    if not everything and not any(a.startswith("-m") for a in arguments):
        command += ["-m", "not slow"]
    # Two workers are worth their own servers only for the whole suite, and not on a server given by URL.
    if not os.environ.get("TARTIP_DATABASE_URL") and not any(not a.startswith("-") for a in arguments):
        command += ["-n", os.environ.get("TARTIP_TEST_WORKERS", "2"), "--dist", "loadgroup"]
    return subprocess.run([*command, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
