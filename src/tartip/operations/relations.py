"""Relations of readers to the records of operations: the floor, a crew, a case, a neighbouring system.

Names of fields of later apps appear here as text, so that each register declares its readers in one place.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from tartip.core.acts.actor import Actor
from tartip.core.journal.models import Entry
from tartip.core.people.actors import shift_began
from tartip.core.registers.sees import NOTHING, ON_SHIFT, TERRITORY, Sees, Where, relation
from tartip.core.territory import tree

OPEN_STATES = ("sent", "acknowledged", "en_route", "on_scene")
FLOOR = "operator dispatcher supervisor"
# Whoever sits at the desk reads operations of the whole territory, but only while on duty.
FLOOR_SEES = Sees(FLOOR, where=TERRITORY & ON_SHIFT)


@relation("own crew")
def own_crew(actor: Actor) -> Q:
    """The unit whose tablet this account is, in the territory of the appointment."""
    return crew_of(actor) if actor.account else NOTHING


def crew_of(actor: Actor, unit: str = "") -> Q:
    """The account alone opens nothing: a unit of another region that names it is none of this crew's."""
    found = Q(**{f"{unit}account": actor.account})
    if actor.territory != "KZ":
        found &= Q(**{f"{unit}territory__in": tree.subtree(actor.territory)})
    return found


def sent_to_own_crew(*paths: str) -> Where:
    """The assignments behind these paths are the crew's own: open, or of the shift that is running."""

    @relation("own crew is or was sent to it in this shift")
    def condition(actor: Actor) -> Q:
        if actor.account is None:
            return NOTHING
        began = shift_began(actor.account)
        found = Q()
        for path in paths:
            current = Q(**{f"{path}state__in": OPEN_STATES})
            if began is not None:
                current |= Q(**{f"{path}sent_at__gte": began})
            found |= crew_of(actor, f"{path}unit__") & current
        return found

    return condition


@relation("handed over from one's territory")
def sent_from_own_territory(actor: Actor) -> Q:
    """The sender's side of a hand-over: it lies with another territory, and is followed until it is taken."""
    return Q() if actor.territory == "KZ" else Q(sender__in=tree.subtree(actor.territory))


def of_a_case(*paths: str) -> Where:
    """A case was opened from the incident behind one of these paths."""

    @relation("a case was opened of it")
    def condition(actor: Actor) -> Q:
        found = Q()
        for path in paths:
            found |= Q(**{f"{path}cases__isnull": False})
        return found

    return condition


def entered_by_self(act: str, path: str = "pk") -> Where:
    """The journal says that this actor entered the record at `path` by `act`.

    Under this very account: another one of the same person has no right to read by it.
    """

    @relation("entered by oneself")
    def condition(actor: Actor) -> Q:
        return Q(Exists(Entry.objects.filter(subject=OuterRef(path), act=act, actor=actor.name)))

    return condition
