"""Lost property: a thing handed in to the police until its owner is found."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.acts import Actor, Clocks, Field, act, doing
from tartip.core.acts.rights import has_role, in_territory
from tartip.core.people.models import Person
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import Pages, register, years
from tartip.core.registers.sees import Sees

keeps = in_territory & has_role("operator", "dispatcher", "supervisor", "patrol", "inspector")


class LostProperty(Imported, Record):
    described = models.CharField(_("What it is"), max_length=200)
    found_where = models.CharField(_("Where it was found"), max_length=200, blank=True)
    found_at = models.DateTimeField(_("When it was found"))
    filed_at = models.DateTimeField(_("When it was handed in"))
    finder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("Who found it"))
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("Owner"))

    class Lifecycle:
        start = "kept"
        moves = {"kept": ["returned", "passed_on"]}
        names = {"kept": _("kept"), "returned": _("returned"), "passed_on": _("passed to the finder or the state")}


register(
    LostProperty, name="lost_property", plural=_("Lost property"), retention=years(3),
    columns=["described", "found_where", "found_at", "territory"], counted_by="found_at",
    may_see=[Sees("operator dispatcher supervisor patrol inspector prosecutor")],
    pages=Pages(
        order="-found_at", search=("described", "found_where"), title="described", imports="lost_property.hand_in",
        purposes=("return_property",),
    ),
)  # fmt: skip


@act(
    "lost_property.hand_in", creates=LostProperty, may=keeps, ground="order-706",
    names={"kk": "Олжаны қабылдау", "ru": "Принять находку", "en": "Take in a found thing"},
    done={"kk": "Олжа қабылданды", "ru": "Находка принята", "en": "A found thing was taken in"},
    noun={"kk": "Олжаны қабылдау", "ru": "Приём находки", "en": "Taking in of a found thing"},
    clocks=Clocks(starts={"lost-property-keep": "filed_at"}),
)  # fmt: skip
def hand_in(
    actor: Actor, *, territory: str, described: str, found_at: datetime, found_where: str = "",
    finder: Person | None = None,
) -> LostProperty:  # fmt: skip
    """A thing that somebody found and handed in; its owner is looked for."""
    return LostProperty(
        territory_id=territory, described=described, found_at=found_at, found_where=found_where, finder=finder,
        filed_at=doing().at,
    )  # fmt: skip


@act(
    "lost_property.return", of=LostProperty, may=keeps, ground="order-706", moves={"kept": "returned"}, grave=True,
    names={"kk": "Иесіне қайтару", "ru": "Вернуть владельцу", "en": "Return to the owner"},
    done={"kk": "Иесіне қайтарылды", "ru": "Возвращено владельцу", "en": "Returned to the owner"},
    noun={"kk": "Иесіне қайтару", "ru": "Возврат владельцу", "en": "Return to the owner"},
    clocks=Clocks(stops=["lost-property-keep"]),
)  # fmt: skip
def give_back(actor: Actor, thing: LostProperty, *, owner: Person) -> LostProperty:
    thing.owner = owner
    return thing


@act(
    "lost_property.pass_on", of=LostProperty, may=keeps, ground="order-706", moves={"kept": "passed_on"}, grave=True,
    names={"kk": "Табушыға немесе мемлекетке беру", "ru": "Передать нашедшему или государству", "en": "Pass it on"},
    done={"kk": "Табушыға немесе мемлекетке берілді", "ru": "Передано нашедшему или государству", "en": "Passed on"},
    clocks=Clocks(stops=["lost-property-keep"]),
)  # fmt: skip
def pass_on(actor: Actor, thing: LostProperty, *, reason: Annotated[str, Field(most=200)]) -> LostProperty:
    """The term to keep it is over, or it cannot be kept; who gets it is said in the reason."""
    doing().note(reason=reason)
    return thing
