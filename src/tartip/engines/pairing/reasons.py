"""Why a read made no pair. The codes are stored; the words travel in results."""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """One reason per suspect; PAIRED marks a read that is no suspect."""

    PAIRED = 0
    DUPLICATE = 1
    """The same plate, section, side and millisecond was delivered before."""
    NO_EXIT = 2
    """An entry that no exit followed within the longest gap: a missed read, a stop, a turn-off."""
    NO_ENTRY = 3
    """An exit that no entry preceded within the longest gap."""
    CROWDED = 4
    """Another read of this plate here is too close: which two are one car is open. A copied plate or a misread."""
    IMPOSSIBLE = 5
    """No car is that fast, or it left before it came: two cars under one plate, or a clock far off."""
    NOT_CERTIFIED = 6
    """The section's length certificate did not hold at the time of the reads."""
    CLOCK_LOST = 7
    """A device of the section had no proven time when it read."""
    LATE = 8
    """Stream only: came after its time was closed. The day's batch decides."""
    FUTURE = 9
    """Stream only: stamped later than now; the device's clock is wrong."""
    ELSEWHERE = 10
    """About that time the plate was also read so far away that no car gets there: a copied plate or a misread."""
    NO_PLATE = 11
    """The plate's code is zero or negative: the device read no plate, and two such reads are not one car."""

    @property
    def word(self) -> str:
        return self.name.lower()
