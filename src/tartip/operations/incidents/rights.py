"""Who may do what with an incident, as far as it depends on the incident."""

from __future__ import annotations

from tartip.core.acts import Actor
from tartip.core.acts.rights import has_role, in_territory, is_system, on_duty, predicate
from tartip.operations.incidents.hooks import (
    CREW_WAS_SENT,
)
from tartip.operations.incidents.models import Incident, Remark
from tartip.operations.incidents.priority import highest_of

leads = in_territory & (on_duty("operator", "dispatcher", "supervisor") | has_role("gateway"))

decides = in_territory & on_duty("dispatcher", "supervisor")


@predicate("own crew was sent to it")
def crew_was_sent(actor: Actor, record: Incident | Remark | None = None) -> bool:
    """The unit whose tablet the actor has is or was assigned to the incident."""
    if record is None:
        return True
    incident = record.incident if isinstance(record, Remark) else record
    return actor.account is not None and any(look(actor, incident) for look in CREW_WAS_SENT)


@predicate("was priority 1")
def is_immediate(actor: Actor, incident: Incident | None = None) -> bool:
    """It is or was priority 1: lowering the priority first does not walk round the second person."""
    return incident is None or highest_of(incident) == 1


@predicate("asked by another person")
def is_asked_by_another(actor: Actor, incident: Incident | None = None) -> bool:
    """Another role, token or account of one person is the same person."""
    return incident is None or bool(incident.stand_down_by and not actor.is_self(incident.stand_down_by))


@predicate("asked by oneself")
def is_asked_by_self(actor: Actor, incident: Incident | None = None) -> bool:
    """Asking again would write over the reason the second person is shown; who was wrong withdraws the request.

    Under another account of the same person, too. It gives no right: anybody who leads may withdraw a request.
    """
    return incident is not None and actor.is_self(incident.stand_down_by)


@predicate("standing down was asked")
def is_asked(actor: Actor, incident: Incident | None = None) -> bool:
    return incident is None or bool(incident.stand_down_by)


closes = (in_territory & on_duty("dispatcher", "supervisor")) | (on_duty("patrol") & crew_was_sent) | is_system

remarks = leads | (on_duty("patrol") & crew_was_sent)
