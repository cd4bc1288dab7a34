"""What cannot be redacted at all, and what could be, with a flaw to be shown."""

from __future__ import annotations

from enum import StrEnum

from tartip.engines.errors import EngineError


class UnreadableMedia(EngineError):
    """Nothing in the file can be decoded; `rule` says what was expected."""

    code = "redaction.unreadable"
    text = "%(name)s cannot be read: %(rule)s"

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(name=name, rule=rule)


class TooLarge(EngineError):
    """More pixels than allowed, or a longer side of a video than its format holds. By the header nothing is decoded."""

    code = "redaction.too_large"
    text = "%(name)s is %(width)s x %(height)s pixels; at most %(limit)s are allowed"

    def __init__(self, name: str, width: int, height: int, limit: int) -> None:
        super().__init__(name=name, width=width, height=height, limit=limit)


class ChangedMedia(EngineError):
    """The video gave other frames on the second reading than on the first; nothing was written."""

    code = "redaction.changed"
    text = "%(name)s gave %(second)s frames after %(first)s"

    def __init__(self, name: str, first: int, second: int) -> None:
        super().__init__(name=name, first=first, second=second)


class Flaw(StrEnum):
    """A part was lost or unreadable; the rest was redacted."""

    TRUNCATED = "truncated"
    DAMAGED_FRAMES = "damaged_frames"
    EXIF_UNREADABLE = "exif_unreadable"
    FIRST_FRAME_ONLY = "first_frame_only"
    TONES_STRETCHED = "tones_stretched"  # a deep grey picture that does not say what is white
    COLOURS_ASSUMED = "colours_assumed"  # a colour profile that cannot be used
    TIMES_MENDED = "times_mended"  # timestamps ran backwards or jumped; those frames were placed by the frame rate
    SIZE_CHANGED = "size_changed"  # all frames were scaled to the first one's size
    AUDIO_LOST = "audio_lost"
