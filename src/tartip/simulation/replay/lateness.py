"""Breaches in simulated time, though several processes play at once and none knows the others' clocks.

A clock may be called breached at a moment only when every process has done all it does up to that moment: else one
that is ahead would breach what another is about to stop in time. So each publishes how far it is, and the one that
must stop a clock late waits for the rest. Nobody waits for one that is ahead of him: there is no deadlock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tartip.core import law
from tartip.core.clocks.breach import BATCH, breach_due
from tartip.core.terms.arithmetic import due_at
from tartip.core.territory import tree
from tartip.simulation.replay.process_times import ProcessTimes

SECOND = timedelta(seconds=1)


class Lateness:
    """Knows when the clocks of one territory run out, and has them breached before they are stopped late."""

    def __init__(self, territory: str, times: ProcessTimes) -> None:
        self._zone = tree.zone(territory)
        self._times = times
        self._looked: datetime | None = None

    def due(self, rule: str, start: datetime) -> datetime:
        return due_at(law.deadline(rule, start.astimezone(self._zone).date()), start, self._zone)

    def before(self, moment: datetime, *dues: datetime | None) -> None:
        """Call before an act at `moment` that stops clocks with these ends."""
        for due in dues:
            if due is not None and due < moment:
                self._breach(due + SECOND)

    def _breach(self, moment: datetime) -> None:
        if self._looked is not None and moment <= self._looked:
            return
        self._times.wait_for_others(moment)
        while breach_due(moment) == BATCH:
            pass
        self._looked = moment
