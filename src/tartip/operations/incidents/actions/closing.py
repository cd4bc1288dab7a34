"""The end of an incident, and the second person that it takes."""

from __future__ import annotations

from tartip.core.acts import Actor, Clocks, act, doing
from tartip.core.checks import check_length, not_before
from tartip.operations.incidents.errors import NeedsTwo
from tartip.operations.incidents.hooks import (
    ATTENDED,
    BEFORE_CLOSING,
)
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.outcomes import outcome as known_outcome
from tartip.operations.incidents.priority import highest_of
from tartip.operations.incidents.rights import (
    closes,
    decides,
    is_asked,
    is_asked_by_another,
    is_asked_by_self,
    is_immediate,
    leads,
)


@act(
    "incident.close",
    names={"kk": "Нәтижемен жабу", "ru": "Закрыть с итогом", "en": "Close with an outcome"},
    done={"kk": "Нәтижемен жабылды", "ru": "Закрыто с итогом", "en": "Closed with an outcome"},
    ground="order-706",
    of=Incident,
    may=closes,
    moves={"opened": "closed", "assigned": "closed"},
    clocks=Clocks(stops=["ops"]),
    grave=True,
)
def close_incident(actor: Actor, incident: Incident, *, outcome: str, note: str = "") -> Incident:
    """Close with a coded outcome. No unit may still be out: dispatch adds its look to `BEFORE_CLOSING`."""
    for look in BEFORE_CLOSING:
        look(incident)
    if needs_two(actor, incident, outcome) and actor.role != "system" and not is_asked_by_another.test(actor, incident):
        raise NeedsTwo(incident=incident.code)
    incident.outcome = known_outcome(outcome).code
    incident.closed_at = not_before(doing().at, incident.opened_at)
    check_length("note", note)
    if note:
        doing().note(note=note)
    return incident


def needs_two(actor: Actor, incident: Incident, outcome: str) -> bool:
    """Whether closing takes two: it is or was priority 1, and called off or without a visit that another confirms."""
    stood_down = known_outcome(outcome).stood_down
    if highest_of(incident) != 1:
        return False
    return stood_down or not _attended(actor, incident)


def waits_for_another(actor: Actor, incident: Incident) -> bool:
    """Whether the actor may close it, with whatever outcome, only after another person has asked to stand down."""
    alone = highest_of(incident) == 1 and not is_asked_by_another.test(actor, incident)
    return alone and not _attended(actor, incident)


def _attended(actor: Actor, incident: Incident) -> bool:
    return any(look(actor, incident) for look in ATTENDED)


@act(
    "incident.ask_stand_down",
    names={"kk": "Қайтаруды сұрау", "ru": "Запросить отбой", "en": "Ask to stand down"},
    done={"kk": "Қайтару сұралды", "ru": "Запрошен отбой", "en": "Standing down was asked"},
    ground="order-706",
    of=Incident,
    may=decides & is_immediate & ~is_asked_by_self,
    moves={"opened": None, "assigned": None},
    grave=True,
    key="KeyX",
)
def ask_stand_down(actor: Actor, incident: Incident, *, reason: str) -> Incident:
    """Where the priority is or was 1, standing down takes two people: this is the first."""
    doing().note(reason=known_outcome(reason).code)
    incident.stand_down_by = actor.name
    return incident


@act(
    "incident.keep_open",
    names={"kk": "Қайтару сұрауын алып тастау", "ru": "Снять запрос отбоя", "en": "Withdraw the request to stand down"},
    done={
        "kk": "Қайтару сұрауы алып тасталды",
        "ru": "Запрос отбоя снят",
        "en": "The request to stand down was withdrawn",
    },
    ground="order-706",
    of=Incident,
    may=leads & is_asked,
    moves={"opened": None, "assigned": None},
)
def keep_open(actor: Actor, incident: Incident) -> Incident:
    """The first person was wrong, the second disagrees, or a new call came: whoever wants to stand down asks again."""
    incident.stand_down_by = ""
    return incident


@act(
    "incident.stand_down",
    names={"kk": "Қайтару", "ru": "Отбой", "en": "Stand down"},
    done={"kk": "Қайтару берілді", "ru": "Дан отбой", "en": "Stood down"},
    ground="order-706",
    of=Incident,
    may=decides & (~is_immediate | is_asked_by_another),
    moves={"opened": "closed", "assigned": "closed"},
    clocks=Clocks(stops=["ops"]),
    grave=True,
    key="KeyX",
)
def stand_down(actor: Actor, incident: Incident, *, reason: str) -> Incident:
    """Call it off; units on their way are released by dispatch, which calls this."""
    for look in BEFORE_CLOSING:
        look(incident)
    incident.outcome = known_outcome(reason).code
    incident.closed_at = not_before(doing().at, incident.opened_at)
    return incident
