"""Wanted persons: whom a court, a prosecutor or an investigator has declared wanted, until the search ends."""

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.registers.parts import *

DECLARE: Common = {"may": in_territory & has_role("inspector", "supervisor"), "ground": "upk-180"}
DETAIN = DECLARE | {"may": in_territory & has_role("inspector", "supervisor", "patrol", "dispatcher"), "grave": True}


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

    erases = ("measure",)

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

declare = enters(
    "wanted.declare", WantedPerson, "person file_number article declared_on scope measure", times="declared_on",
    **DECLARE,
    names=words("Іздеу жариялау", "Объявить в розыск", "Declare wanted"),
    done=words("Іздеу жарияланды", "Объявлен розыск", "Declared wanted"),
    noun=words("Іздеу жариялау", "Объявление в розыск", "Declaration as wanted"),
)  # fmt: skip
detain = moves(
    "wanted.detain", WantedPerson, {"wanted": "detained"}, asks={"where": Field(_("Where"), most=200)}, **DETAIN,
    names=words("Ұсталды деп белгілеу", "Отметить задержание", "Record the detention"),
    done=words("Іздеудегі адам ұсталды", "Разыскиваемый задержан", "The wanted person was detained"),
)  # fmt: skip
end = moves(
    "wanted.end", WantedPerson, {"wanted": "ended", "detained": "ended"}, asks={"reason": Field(most=500)},
    names=words("Іздеуді тоқтату", "Прекратить розыск", "End the search"),
    done=words("Іздеу тоқтатылды", "Розыск прекращён", "The search was ended"), grave=True, **DECLARE,
)  # fmt: skip
