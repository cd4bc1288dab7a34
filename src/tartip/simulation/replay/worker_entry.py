"""Where a worker process begins. It must not import models: Django is set up here, before the task is unpacked."""

from __future__ import annotations

import signal
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.simulation.replay.board import Board


def enter(packed: bytes, board: Board, me: int, database: str, said: Any) -> None:
    """Play the packed part. Ctrl-C reaches it by the board, so that it ends between two acts; errors go to `said`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import django

        django.setup()
        from tartip.simulation.replay.workers import work

        work(packed, board, me, database)
    except Exception:
        said.put(traceback.format_exc())
        raise SystemExit(1) from None
