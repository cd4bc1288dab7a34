"""Progress bars for long work; on a pipe one line a step instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[str, int, int], None]


@contextmanager
def bar(title: str) -> Iterator[Advance]:
    """Gives `advance(step, done, total)`; the bar shows the title, the step and the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(title, total=None)

        def advance(step: str, done: int, total: int) -> None:
            progress.update(task, description=f"{title} {step}".strip(), completed=done, total=total or None)

        yield advance
