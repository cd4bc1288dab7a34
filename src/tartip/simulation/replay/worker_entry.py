"""Where a worker process begins. It must not import models: Django is set up here, before the task is unpacked."""

from __future__ import annotations

import pickle
import signal
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.simulation.replay.board import Board


def enter(packed: bytes, board: Board, me: int, database: str, said: Any) -> None:
    """Call the packed function with its packed arguments; errors go to `said`.

    Ctrl-C reaches it by the board, so that it ends between two acts.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import django

        django.setup()
        # Unpacking imports the function's module, and with it the models.
        work, arguments = pickle.loads(packed)  # noqa: S301 (packed by our own parent)
        work(*arguments, board, me, database)
    except Exception:
        said.put(traceback.format_exc())
        raise SystemExit(1) from None
