"""What cases do when something happens in earlier rooms."""

from __future__ import annotations

import uuid

from tartip.cases.actions import open_case
from tartip.core.acts import listens, system
from tartip.core.journal.models import Entry
from tartip.operations.calls.kinds import kind
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.outcomes import outcome


@listens("incident.close")
def open_case_from_outcome(entry_id: uuid.UUID) -> None:
    """An outcome that names an administrative offence opens its case, with the usual article of its kind."""
    entry = Entry.objects.get(pk=entry_id)
    incident = Incident.objects.get(pk=str(entry.subject))
    if not outcome(incident.outcome).case:
        return
    actor = system("cases").saying(key=f"case-of-{entry_id}", cause=entry_id, at=entry.occurred_at)
    open_case(actor, incident=incident, article=kind(incident.kind).article)
