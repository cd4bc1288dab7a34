"""What the player keeps of one call and of each unit sent to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tartip.operations.calls.models import Call
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.models import Incident
from tartip.simulation.replay.act_runner import RecordRef
from tartip.simulation.replay.conversations import Conversation
from tartip.simulation.replay.fleet import Crew
from tartip.simulation.replay.mapping import Ending, Treatment
from tartip.simulation.replay.source import Row
from tartip.simulation.replay.terrain import Spot


@dataclass(slots=True, eq=False)
class Shift:
    """A crew on its shift: where it is, and what it is out for."""

    crew: Crew
    unit_key: str
    spot: Spot | None
    out: Sortie | None = None


@dataclass(slots=True, eq=False)
class ReplayedCall:
    """One row of the source on its way through the service. `conversation` is None for what crews report themselves."""

    row: Row
    treatment: Treatment
    ending: Ending
    spot: Spot | None
    conversation: Conversation | None
    call: RecordRef[Call] | None = None
    incident: RecordRef[Incident] | None = None
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
    """One unit sent to one call; the two dues are empty once the clock is stopped."""

    replayed: ReplayedCall
    shift: Shift
    assignment: RecordRef[Assignment]
    sent: datetime
    acknowledge_due: datetime | None
    arrive_due: datetime | None
    open: bool = True
