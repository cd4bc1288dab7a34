"""Who may read the records of a register: declared once, asked by pages, API, stream and the page of rights.

    register(Incident, …, may_see=[
        Sees("operator dispatcher supervisor", where=TERRITORY & ON_SHIFT),
        Sees("patrol", where=sent_to_own_crew),
    ])

A role that no line names reads nothing of the register. The system reads everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from tartip.core.acts.actor import Actor

M = TypeVar("M", bound=Model)
SYSTEM = "system"
# In place of role names: whoever asks, with or without a log-in.
EVERYBODY = "everybody"
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Part:
    """One condition. `by` says what it needs to know: the territory, the reader alone, or the records themselves."""

    name: str
    q: Callable[[Actor], Q]
    by: Literal["territory", "reader", "records"]


@dataclass(frozen=True)
class Where:
    """Conditions that must all hold between a reader and a record; composed with &. No condition holds always."""

    parts: tuple[Part, ...] = ()

    def __and__(self, other: Where) -> Where:
        return Where((*self.parts, *other.parts))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)

    @property
    def asks_records(self) -> bool:
        """Whether the database must be asked; otherwise reader and territory decide."""
        return any(part.by == "records" for part in self.parts)

    def q(self, actor: Actor) -> Q:
        """The filter. Several joins of one condition stay in one Q, so that they speak of one row."""
        found = Q()
        for part in self.parts:
            found &= part.q(actor)
        return found

    def open_to(self, actor: Actor) -> bool:
        """Whether the conditions on the reader alone hold: false for one who is not on shift, say."""
        return all(part.q(actor) != NOTHING for part in self.parts if part.by == "reader")


def relation(name: str) -> Callable[[Callable[[Actor], Q]], Where]:
    """Make a function (actor) -> Q a condition on records; `name` is shown on the page of rights."""

    def make(function: Callable[[Actor], Q]) -> Where:
        return Where((Part(name, function, "records"),))

    return make


def _in_territory(actor: Actor) -> Q:
    if actor.territory == "KZ":
        return Q()
    from tartip.core.territory import tree

    return Q(territory__in=sorted(tree.subtree(actor.territory)))


def _on_shift(actor: Actor) -> Q:
    return Q() if actor.on_shift else NOTHING


ALWAYS = Where()
TERRITORY = Where((Part("in territory", _in_territory, "territory"),))
ON_SHIFT = Where((Part("on shift", _on_shift, "reader"),))


@dataclass(frozen=True)
class Sees:
    """One line of a declaration: these roles read the records for which `where` holds."""

    roles: str
    where: Where = TERRITORY

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(self.roles.split())

    def grants(self, role: str) -> bool:
        return role in self.named or EVERYBODY in self.named


def joins_many(model: type[Model], condition: Q) -> bool:
    """Whether a condition follows a relation to several rows (a case's entries), which would repeat the record."""
    for child in condition.flatten():
        path = child[0] if isinstance(child, tuple) else ""
        at: Any = model
        for name in path.split("__"):
            field = {one.name: one for one in at._meta.get_fields()}.get(name) if at else None
            if field is None:
                break
            if field.one_to_many or field.many_to_many:
                return True
            at = field.related_model
    return False


@dataclass(frozen=True)
class MaySee:
    """The whole declaration of one register."""

    lines: tuple[Sees, ...]

    @classmethod
    def of(cls, lines: Iterable[Sees]) -> MaySee:
        return cls(tuple(lines))

    def granted(self, role: str) -> list[Where]:
        return [line.where for line in self.lines if line.grants(role)]

    def filter(self, actor: Actor, records: QuerySet[M]) -> QuerySet[M]:
        """Those of the records the actor may read: the one place where reading is decided."""
        if actor.role == SYSTEM:
            return records
        granted = self.granted(actor.role)
        if not granted:
            return records.none()
        asked = [where.q(actor) for where in granted]
        # An empty Q holds always, but Django takes it for nothing to add: `Q() | Q(a=1)` is `Q(a=1)`.
        allowed = reduce(or_, asked) if all(asked) else Q()
        if any(where.asks_records for where in granted) and joins_many(records.model, allowed):
            # Apart, so that a record joined to several rows is one row, and counts of the caller stay right.
            manager: Any = records.model._default_manager
            return records.filter(pk__in=manager.filter(allowed).values("pk"))
        return records.filter(allowed)

    def open_to(self, actor: Actor) -> bool:
        """Whether the actor could read any record at all: his role is named and he is on shift where that is asked."""
        return actor.role == SYSTEM or any(where.open_to(actor) for where in self.granted(actor.role))

    def hears(self, actor: Actor) -> frozenset[str] | Literal["everywhere"]:
        """The territories whose events the actor may hear of at once, without asking the database.

        A line that depends on the records gives none: who reads by relation asks for a fresh list instead.
        """
        if actor.role == SYSTEM:
            return "everywhere"
        heard: frozenset[str] = frozenset()
        for where in self.granted(actor.role):
            if where.asks_records or not where.open_to(actor):
                continue
            if actor.territory == "KZ" or not any(part.by == "territory" for part in where.parts):
                return "everywhere"
            from tartip.core.territory import tree

            heard |= frozenset(tree.subtree(actor.territory))
        return heard
