"""The bar of a replay: calls done, acts a second, time left, the simulated clock; on a pipe a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

LINE_EVERY = 15.0
Show = Callable[[int, int, datetime], None]


@contextmanager
def watching(total: int) -> Iterator[Show]:
    """Gives `show(calls, acts, moment)`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    begun, last_line = time.monotonic(), time.monotonic()
    columns = (
        TextColumn("{task.fields[clock]}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]} acts/s"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("replay", total=total, clock="", rate=0)

        def show(calls: int, acts: int, moment: datetime) -> None:
            nonlocal last_line
            now = time.monotonic()
            rate = round(acts / max(0.001, now - begun))
            clock = f"{moment:%Y-%m-%d %H:%M}Z"
            progress.update(task, completed=calls, clock=clock, rate=rate)
            if not console.is_terminal and now - last_line >= LINE_EVERY:
                last_line = now
                sys.stderr.write(f"{clock}  {calls}/{total} calls  {rate} acts/s\n")

        yield show
