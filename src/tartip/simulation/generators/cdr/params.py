"""Parameters of the made-up telephone network. Those of the adversary are here, out of every detector's sight."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from tartip.engines.errors import BadInput


class Role(IntEnum):
    """What a line is in truth; no column of the records says it."""

    PERSON = 0
    CENTRE = 1  # an honest call centre: a clinic, a bank
    COURIER = 2  # many short calls to many people, on the move
    MACHINE = 3  # an alarm or a till: few calls, never called, never moves
    BOX = 4  # a SIM in a SIM box


class Origin(IntEnum):
    """What a record is in truth."""

    GENUINE = 0
    SPOOFED = 1  # from abroad under a number that is not the caller's
    BOXED = 2  # foreign traffic brought in through a SIM box


class Kind(IntEnum):
    """What a record counts; of messages and data sessions only that they happened."""

    CALL = 0
    MESSAGE = 1
    DATA = 2


@dataclass(frozen=True, slots=True)
class BoxParams:
    """SIM boxes. `mimicry` in 0..1, drawn per box from this range: how hard it tries to look like people.

    At 0 a box is a plain gateway: one device code, one mast, calls out all day, nothing else. At 1 its SIMs call
    each other, send messages, use data, keep human hours, repeat numbers, move between masts and carry device codes
    of ordinary telephones.
    """

    count: int = 4
    channels: int = 16
    calls_a_day: float = 80.0
    days_of_a_sim: float = 4.0
    mimicry: tuple[float, float] = (0.0, 0.3)


@dataclass(frozen=True, slots=True)
class SpoofParams:
    """Campaigns from abroad: so many a day, so many calls each, the number shown drawn as `shown` weighs."""

    campaigns_a_day: float = 3.0
    calls: float = 400.0
    hours: float = 4.0
    shown: tuple[float, float, float, float] = (0.5, 0.25, 0.15, 0.1)  # mobile, fixed, unallocated, short code


@dataclass(frozen=True, slots=True)
class NetworkParams:
    """Size and habits. Shares are of the number of persons; rates are per day."""

    persons: int = 20_000
    days: int = 7
    first_day_ms: int = 1_790_017_200_000  # 2026-09-22 00:00 in Kazakhstan; days are local days
    cells: int = 400
    calls: float = 3.0
    messages: float = 1.2
    data: float = 1.0
    centre_lines: float = 0.001
    couriers: float = 0.002
    machines: float = 0.005
    ported: float = 0.05
    abroad: float = 0.004
    foreign_calls: float = 0.05
    forwarded: float = 0.1  # of the calls to a person abroad
    boxes: BoxParams = field(default_factory=BoxParams)
    spoofing: SpoofParams = field(default_factory=SpoofParams)

    def __post_init__(self) -> None:
        if not 100 <= self.persons <= 20_000_000:
            raise BadInput("persons", self.persons, "must lie in 100..20,000,000")
        if self.days < 1 or self.cells < 1:
            raise BadInput("days and cells", (self.days, self.cells), "must be at least 1")
        low, high = self.boxes.mimicry
        if not 0 <= low <= high <= 1:
            raise BadInput("mimicry", self.boxes.mimicry, "must be a range within 0..1")
        shares = (self.ported, self.abroad, self.forwarded, self.centre_lines, self.couriers, self.machines)
        if any(not 0 <= share <= 1 for share in shares):
            raise BadInput("shares", shares, "must lie in 0..1")
