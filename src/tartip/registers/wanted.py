"""Wanted persons: whom a court, a prosecutor or an investigator has declared wanted, until the search ends."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.acts import Actor, Field, act, doing
from tartip.core.acts.rights import has_role, in_territory
from tartip.core.people.models import Person
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import Pages, register, years
from tartip.core.registers.sees import Sees

declares = in_territory & has_role("inspector", "supervisor")
detains = in_territory & has_role("inspector", "supervisor", "patrol", "dispatcher")


class WantedPerson(Imported, Record):
    class Scope(models.TextChoices):
        LOCAL = "local", _("region")
        NATIONAL = "national", _("republic")
        INTERNATIONAL = "international", _("international")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("Who is wanted"))
    file_number = models.CharField(_("Number of the search file"), max_length=40)
    article = models.CharField(_("Article"), max_length=40)
    declared_on = models.DateField(_("Day of the decision"))
    scope = models.CharField(_("Extent of the search"), max_length=16, choices=Scope)
    measure = models.TextField(_("What to do when found"), max_length=1000, blank=True)

    clashes = {"one_search_file": ("file_number", gettext_noop("there is a search file with this number"))}

    class Lifecycle:
        start = "wanted"
        moves = {"wanted": ["detained", "ended"], "detained": ["wanted", "ended"]}
        names = {"wanted": _("wanted"), "detained": _("detained"), "ended": _("search ended")}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_number"], name="one_search_file")]


register(
    WantedPerson, name="wanted", plural=_("Wanted persons"), retention=years(15), counted_by="declared_on",
    columns=["person", "article", "declared_on", "scope", "territory"],
    may_see=[Sees("dispatcher supervisor patrol inspector prosecutor")],
    pages=Pages(
        order="-declared_on", filters=("scope",), search=("file_number", "article"), title="file_number",
        imports="wanted.declare", purposes=("search",),
    ),
)  # fmt: skip


@act(
    "wanted.declare", creates=WantedPerson, may=declares, ground="upk-180",
    names={"kk": "Іздеу жариялау", "ru": "Объявить в розыск", "en": "Declare wanted"},
    done={"kk": "Іздеу жарияланды", "ru": "Объявлен розыск", "en": "Declared wanted"},
    noun={"kk": "Іздеу жариялау", "ru": "Объявление в розыск", "en": "Declaration as wanted"},
)  # fmt: skip
def declare(
    actor: Actor, *, territory: str, person: Person, file_number: str, article: str, declared_on: date, scope: str,
    measure: str = "",
) -> WantedPerson:  # fmt: skip
    """On the decision of a court, a prosecutor or an investigator, whose file has the number."""
    return WantedPerson(
        territory_id=territory, person=person, file_number=file_number, article=article, declared_on=declared_on,
        scope=scope, measure=measure,
    )  # fmt: skip


@act(
    "wanted.detain", of=WantedPerson, may=detains, ground="upk-180", moves={"wanted": "detained"}, grave=True,
    names={"kk": "Ұсталды деп белгілеу", "ru": "Отметить задержание", "en": "Record the detention"},
    done={"kk": "Іздеудегі адам ұсталды", "ru": "Разыскиваемый задержан", "en": "The wanted person was detained"},
)  # fmt: skip
def detain(actor: Actor, record: WantedPerson, *, where: Annotated[str, Field(_("Where"), most=200)]) -> WantedPerson:
    doing().note(where=where)
    return record


@act(
    "wanted.end", of=WantedPerson, may=declares, ground="upk-180", grave=True,
    moves={"wanted": "ended", "detained": "ended"},
    names={"kk": "Іздеуді тоқтату", "ru": "Прекратить розыск", "en": "End the search"},
    done={"kk": "Іздеу тоқтатылды", "ru": "Розыск прекращён", "en": "The search was ended"},
)  # fmt: skip
def end(actor: Actor, record: WantedPerson, *, reason: Annotated[str, Field(most=500)]) -> WantedPerson:
    doing().note(reason=reason)
    return record
