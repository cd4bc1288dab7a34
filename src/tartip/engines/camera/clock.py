"""Time of a stream whose stamps cannot be trusted: always forward, anchored anew after a jump."""

from __future__ import annotations

LONGEST_GAP_MS = 10_000  # a longer way forward is a wild stamp or a pause: which of both, no stamp can tell
LONGEST_BACK_MS = 1_000  # less is disorder of pictures that depend on each other
MOST_EQUAL = 25  # so many stamps without progress are a clock that stands


class StreamClock:
    """`place` turns stamps into milliseconds that never go back; `step_ms`: usual time between two pictures.

    Cheap recorders stamp single pictures hours ahead, start again at 0, leave stamps out or repeat one for ever
    (bluenviron/mediamtx#6255). A jump moves time on by one step and makes the new stamp the anchor of those that
    follow. The anchor before it is kept for a while: stamps that go on from there return to it, so a single wild
    picture costs nothing, also when it is so little off that the way back would pass for a pause.
    """

    def __init__(self, step_ms: int = 40) -> None:
        self.step = max(1, step_ms)
        self.gap = max(LONGEST_GAP_MS, 20 * self.step)
        self.last: int | None = None
        self.offset: int | None = 0
        self.before: int | None = None  # the offset that the last jump left, and when
        self.jumped_at = 0
        self.equal = 0

    def place(self, stamp: int | None) -> tuple[int, int]:
        """(time, jump): jump is 0, or by how much the stamp was off. None is a picture without a stamp."""
        if self.last is None:
            self.last = stamp or 0
            return self.last, 0
        if stamp is None:
            self.last += self.step
            return self.last, 0
        if self.offset is None:  # first stamp after an interruption that the caller knows of
            return self._anchor(stamp), 0
        away = stamp + self.offset - self.last
        if self._goes_on_as_before(stamp, away):
            return self.last, away
        if 0 < away <= self.gap:
            self.equal = 0
            self.last += away
            return self.last, 0
        if -LONGEST_BACK_MS < away <= 0:
            self.equal += 1
            return (self.last if self.equal <= MOST_EQUAL else self._anchor(stamp)), 0
        self.before, self.jumped_at = self.offset, self.last
        return self._anchor(stamp), away

    def _goes_on_as_before(self, stamp: int, away: int) -> bool:
        """Return to the anchor before the last jump, where the stamp is near it and off by more from the new one."""
        if self.before is None or self.last is None or self.last - self.jumped_at > self.gap:
            return False
        step = stamp + self.before - self.last
        if not -LONGEST_BACK_MS < step < min(abs(away), LONGEST_BACK_MS + self.step):
            return False
        self.last += max(0, step)
        self.offset, self.before, self.jumped_at, self.equal = self.before, self.offset, self.last, 0
        return True

    def interrupt(self, passed_ms: int) -> None:
        """Time that passed without pictures; whatever stamp comes next is the new anchor."""
        if self.last is not None:
            self.last += max(0, passed_ms)
            self.offset = self.before = None

    def _anchor(self, stamp: int) -> int:
        self.last = (self.last or 0) + self.step
        self.offset = self.last - stamp
        return self.last
