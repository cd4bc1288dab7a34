"""Says "I use this environment" while a process runs, so that `./run` does not change its packages under it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
from typing import IO

_held: list[IO[str]] = []


def hold_environment() -> None:
    """Hold a shared lock beside the environment until this process ends, however it ends.

    Only environments that `./run` made have a stamp. One in a folder that cannot be written is nobody's to change.
    """
    if _held or not os.path.exists(os.path.join(sys.prefix, ".tartip-stamp")):
        return
    with contextlib.suppress(OSError):
        file = open(os.path.realpath(sys.prefix) + ".use", "a")  # noqa: SIM115 (held for the life of the process)
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        _held.append(file)
