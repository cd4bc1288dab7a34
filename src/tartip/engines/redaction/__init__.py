"""Cover faces and other cars' plates in videos and photos, and say what was covered where. Nobody is identified."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.redaction.errors import ChangedMedia, Flaw, TooLarge, UnreadableMedia
    from tartip.engines.redaction.find import find_in_video
    from tartip.engines.redaction.params import Audio, Method, RedactionParams, Region
    from tartip.engines.redaction.photo import Photo, redact_photo
    from tartip.engines.redaction.plan import Plan
    from tartip.engines.redaction.report import Cover, Kind, Report
    from tartip.engines.redaction.video import cover_video, redact_video

_HOME = {
    "ChangedMedia": "errors",
    "Flaw": "errors",
    "TooLarge": "errors",
    "UnreadableMedia": "errors",
    "find_in_video": "find",
    "Audio": "params",
    "Method": "params",
    "RedactionParams": "params",
    "Region": "params",
    "Photo": "photo",
    "redact_photo": "photo",
    "Plan": "plan",
    "Cover": "report",
    "Kind": "report",
    "Report": "report",
    "cover_video": "video",
    "redact_video": "video",
}

__all__ = [
    "Audio",
    "ChangedMedia",
    "Cover",
    "Flaw",
    "Kind",
    "Method",
    "Photo",
    "Plan",
    "RedactionParams",
    "Region",
    "Report",
    "TooLarge",
    "UnreadableMedia",
    "cover_video",
    "find_in_video",
    "redact_photo",
    "redact_video",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
