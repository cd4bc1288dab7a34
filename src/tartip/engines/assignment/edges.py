"""The pairs known so far: each incident's nearest units that may come, and from where on the rest is unknown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tartip.engines.assignment.checks import Ints
from tartip.engines.assignment.costs import NOTHING_BEYOND, Costs, Dense, Near
from tartip.engines.assignment.errors import ListsTooShort
from tartip.engines.assignment.problem import Incidents, Units, forbidden_keys
from tartip.engines.assignment.result import Reason
from tartip.engines.assignment.unreachable import UNREACHABLE


class Edges:
    """Grows by `widen`; an incident's edges are in rows first[i]:first[i + 1] of unit and cost."""

    def __init__(
        self, source: Costs, incidents: Incidents, units: Units, forbidden: npt.ArrayLike | None, k: int
    ) -> None:
        self.source = source
        self.size, self.fleet = source.shape
        self.wanted, self.skills, self.fatigue = incidents.wanted(), units.skilled(), units.tired()
        self.forbidden = forbidden_keys(forbidden, self.size, self.fleet)
        self.rested = int(self.fatigue.min(initial=UNREACHABLE)) if self.fleet else 0
        own = source.longest()
        self.longest = None if own is None else own + int(self.fatigue.max(initial=0))
        crew = np.bincount(incidents.seats(), minlength=self.size)
        self.asked = np.minimum(k + crew, self.fleet)
        self.offered = np.zeros(self.size, np.int64)
        self.beyond = np.full(self.size, NOTHING_BEYOND)
        self.no_way, self.no_skill, self.banned = (np.zeros(self.size, bool) for _ in range(3))
        self.row = self.unit = self.cost = np.empty(0, np.int64)
        self.first = np.zeros(self.size + 1, np.int64)
        if self.fleet:
            self.take(np.arange(self.size))

    def take(self, which: Ints) -> None:
        """Ask the source for these incidents (again) and put their edges in place of the old ones."""
        asked = self.asked[which]
        groups = [which[asked == k] for k in np.unique(asked).tolist()]
        self.replace([(some, self.source.near(some, int(self.asked[some[0]]))) for some in groups])

    def replace(self, answers: Sequence[tuple[Ints, Near]]) -> None:
        """Put what the source said of some incidents in place of their old edges."""
        fresh = np.zeros(self.size, bool)
        for some, _ in answers:
            fresh[some] = True
        keep = ~fresh[self.row]
        rows, units, costs = [self.row[keep]], [self.unit[keep]], [self.cost[keep]]
        for some, near in answers:
            row, unit = some[near.row], near.unit
            self.beyond[some] = np.where(near.beyond == NOTHING_BEYOND, NOTHING_BEYOND, near.beyond + self.rested)
            self.offered[some] = np.bincount(near.row, minlength=len(some))
            able = (self.wanted[row] & ~self.skills[unit]) == 0
            allowed = (
                ~np.isin(row * self.fleet + unit, self.forbidden) if len(self.forbidden) else np.ones(len(row), bool)
            )
            self.no_way[some] = self.offered[some] == 0
            self.no_skill[some] = np.bincount(near.row[able], minlength=len(some)) == 0
            self.banned[some] = np.bincount(near.row[able & allowed], minlength=len(some)) == 0
            good = able & allowed
            rows.append(row[good])
            units.append(unit[good])
            costs.append(near.cost[good] + self.fatigue[unit[good]])
        row = np.concatenate(rows)
        order = np.argsort(row, kind="stable")
        self.row, self.unit, self.cost = row[order], np.concatenate(units)[order], np.concatenate(costs)[order]
        self.first = np.searchsorted(self.row, np.arange(self.size + 1))

    def widen(self, which: Ints, price: Ints, seats: int) -> None:
        """Longer lists for these incidents, whose seats pay up to `price`.

        A price that a unit can cost says how far to look: more units never raise a seat's lowest price (Demange and
        Gale 1985), so what is within it is enough for the proof. A seat that stays empty tells nothing of the kind,
        and lists of `wider` are asked for by their length: both grow four times, or at once to one unit more than
        there are seats where that is near. Of so many units one stays free, and no seat need pay more than it costs.
        """
        if isinstance(self.source, Dense) and int(price.max()) <= (self.source.longest() or 0) + self.rested:
            self.replace([(which, self.source.within(which, price - self.rested))])
            return
        before = self.offered[which]
        length = np.maximum(self.asked[which], before)
        enough = (length <= seats) & (seats < 16 * length)
        self.asked[which] = np.minimum(np.where(enough, seats + 1, 4 * length), self.fleet)
        self.take(which)
        stuck = (self.offered[which] <= before) & (self.beyond[which] < NOTHING_BEYOND)
        if stuck.any():
            at = int(which[stuck.argmax()])
            raise ListsTooShort(incident=at, length=int(self.offered[at]))

    def of(self, incident: Ints) -> tuple[Ints, Ints, Ints]:
        """Edges of these seats: position in `incident` (ascending), unit, cost with fatigue."""
        start, count = self.first[incident], self.first[incident + 1] - self.first[incident]
        row = np.repeat(np.arange(len(incident)), count)
        at = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start, count)
        return row, self.unit[at], self.cost[at]

    def cost_of(self, incident: Ints, unit: Ints) -> Ints:
        """Cost with fatigue of each (incident, unit); -1 where unit is -1."""
        row, who, cost = self.of(incident)
        found = np.full(len(incident), -1)
        hit = who == unit[row]
        found[row[hit]] = cost[hit]
        return found

    def reasons(self, incident: Ints) -> Ints:
        if not self.fleet:
            return np.full(len(incident), int(Reason.NO_UNITS))
        causes = [self.no_way[incident], self.no_skill[incident], self.banned[incident]]
        return np.select(causes, [int(Reason.NO_WAY), int(Reason.NO_SKILL), int(Reason.FORBIDDEN)], int(Reason.TAKEN))

    def longest_list(self) -> int:
        return int(self.offered.max(initial=0))
