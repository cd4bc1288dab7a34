"""An error as the board names it: its kind and its place in the code, without its text, which may be personal."""

from __future__ import annotations

import traceback

from tartip.errors import TartipError

LONGEST = 200


def reason_of(error: BaseException) -> str:
    """Like `LookupError in cases.listeners:24`; an error of ours is named by its code."""
    kind = error.code if isinstance(error, TartipError) else type(error).__name__
    ours = [
        f"{frame.filename.rsplit('/tartip/', 1)[1].removesuffix('.py').replace('/', '.')}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "/tartip/" in frame.filename and "/site-packages/" not in frame.filename
    ]
    return (f"{kind} in {ours[-1]}" if ours else kind)[:LONGEST]
