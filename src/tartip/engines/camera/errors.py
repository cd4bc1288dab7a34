"""Why a camera cannot be watched."""

from __future__ import annotations

from tartip.engines.errors import EngineError


class NoPicture(EngineError):
    """The file or stream cannot be opened or holds not one readable frame."""

    code = "camera.no_picture"
    text = "%(source)s: %(rule)s"

    def __init__(self, source: str, rule: str) -> None:
        super().__init__(source=source, rule=rule)
