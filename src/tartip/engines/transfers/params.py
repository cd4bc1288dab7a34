"""Windows and bounds of the 33 rules. The defaults are the public configuration 4.0.0; a deployment sets its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from tartip.engines.errors import BadInput

DAY_MS: Final = 86_400_000
QUARTER_MS: Final = 7_889_229_000  # 91.31 days, the source's "about three months"


@dataclass(frozen=True, slots=True)
class RuleParams:
    """Whole numbers only. `*_ms` are windows (an event `window` ms old is still inside); the others are band bounds.

    Scans have a ceiling, so that one busy account cannot make a decision slow: `scan` newest payments of a window are
    looked at one by one, `feeders` accounts upstream and `fan` payments of each.
    """

    new_account_ms: int = DAY_MS  # 001
    convergence_ms: int = DAY_MS  # 002, 016
    convergence: int = 5
    dormant_ms: int = QUARTER_MS  # 003, 004
    recent: int = 3  # 006, 008: newest outgoing payments, the new one included
    recent_alike: int = 2
    edits_similar: int = 1  # 007
    edits_different: int = 5
    interval_ms: int = DAY_MS  # 010, 011
    deviations: int = 3  # 010, 011, 020, 048
    divergence_ms: int = 28_800_000  # 017
    divergence: int = 5
    largest_ms: int = QUARTER_MS  # 018: ratio largest_times / largest_of
    largest_times: int = 3
    largest_of: int = 2
    similar_ms: int = DAY_MS  # 021
    similar: int = 5
    tolerance_percent: int = 10  # 006, 021, 024..027
    mirror_ms: int = DAY_MS  # 024..027
    mirror_steps: int = 2
    commission_percent: int = 10  # 026, 027
    adult_age: int = 18  # 028
    familiar: int = 2  # 030
    payments_some: int = 1  # 044, 045
    payments_more: int = 2
    benford_minimum: int = 50  # 054, 063
    benford_thousandths: int = 15_507  # 5 % limit of chi-square with 8 degrees of freedom
    speed_ms: int = 3_600_000  # 074
    speed_kmh: int = 50
    radius_m: int = 5_000  # 075
    nearby_ms: int = QUARTER_MS  # ours: the source asks the whole history, which no memory holds
    nearby_some: int = 1
    nearby_many: int = 5
    follow_up_ms: int = 300_000  # 076
    accounts: int = 2  # 083, 084
    upstream_ms: int = DAY_MS  # 090
    downstream_ms: int = DAY_MS
    upstream: int = 3
    limit_units: int = 10_000  # 091, in whole currency units
    minor_per_unit: int = 100
    scan: int = 256
    feeders: int = 32
    fan: int = 64
    lateness_ms: int = DAY_MS  # how late an event may come
    ahead_ms: int = 120_000  # how far the clock of a bank may be ahead of ours
    repeated_ms: int = 7 * DAY_MS  # how long an id is known; a transfer sent again later than that is too late anyway

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if type(value) is not int or not 0 < value < 10**13:
                raise BadInput(one.name, repr(value), "must be a whole number between 1 and 10^13")
        if self.limit_units * self.minor_per_unit > 10**15:
            raise BadInput("limit_units", self.limit_units, "is above every amount that can be sent")
        for low, high in (
            ("edits_similar", "edits_different"),
            ("payments_some", "payments_more"),
            ("nearby_some", "nearby_many"),
        ):
            if getattr(self, low) >= getattr(self, high):
                raise BadInput(low, getattr(self, low), f"must be less than {high}, or a band is empty")
        if max(self.tolerance_percent, self.commission_percent) > 50:
            raise BadInput("percent", (self.tolerance_percent, self.commission_percent), "must be at most 50")
        for name, most in (("ahead_ms", DAY_MS), ("adult_age", 200), ("speed_kmh", 100_000)):
            if getattr(self, name) > most:
                raise BadInput(name, getattr(self, name), f"must be at most {most:,}")
        if self.repeated_ms < self.lateness_ms:
            raise BadInput("repeated_ms", self.repeated_ms, "must be at least lateness_ms")
        if max(self.deviations, self.largest_times, self.largest_of) > 100:
            raise BadInput("bound", "deviations, largest_times, largest_of", "must be at most 100")

    @property
    def horizon_ms(self) -> int:
        """How far before the watermark a window reaches; 024 and 026 look back from a payment in their window."""
        windows: list[int] = [getattr(self, one.name) for one in fields(self) if one.name.endswith("_ms")]
        return max(*windows, 2 * self.mirror_ms)

    def as_numbers(self) -> Numbers:
        """What the compiled rules take."""
        values: Any = (np.int64(getattr(self, one.name)) for one in fields(self))
        return Numbers(*values)


# The same names as int64 for compiled code, which takes a NamedTuple and no dataclass.
if TYPE_CHECKING:
    Numbers = RuleParams
else:
    Numbers = NamedTuple("Numbers", [(one.name, np.int64) for one in fields(RuleParams)])
