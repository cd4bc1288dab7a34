"""What the player keeps of one call and of each unit sent to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tartip.operations.calls.models import Call
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.models import Incident
from tartip.simulation.answering import Talk
from tartip.simulation.fleet import Crew
from tartip.simulation.ground import Spot
from tartip.simulation.hand import Held
from tartip.simulation.mapping import Ending, Treatment
from tartip.simulation.source import Row


@dataclass(slots=True, eq=False)
class Duty:
    """A crew on duty: where it is, and what it is out for."""

    crew: Crew
    unit_key: str
    spot: Spot | None
    out: Sortie | None = None


@dataclass(slots=True, eq=False)
class Case:
    """One row on its way through the house. `talk` is None for what crews report themselves."""

    row: Row
    treatment: Treatment
    ending: Ending
    spot: Spot | None
    talk: Talk | None
    call: Held[Call] | None = None
    incident: Held[Incident] | None = None
    opened: datetime | None = None
    closed: bool = False
    answer_due: datetime | None = None
    assess_due: datetime | None = None
    dispatch_due: datetime | None = None
    out: list[Sortie] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.row.address

    @property
    def priority(self) -> int:
        return self.row.priority

    @property
    def own_initiative(self) -> bool:
        return self.treatment.handling == "patrol"


@dataclass(slots=True, eq=False)
class Sortie:
    """One unit sent to one case; the two dues are empty once the clock is stopped."""

    case: Case
    duty: Duty
    assignment: Held[Assignment]
    sent: datetime
    acknowledge_due: datetime | None
    arrive_due: datetime | None
    open: bool = True
