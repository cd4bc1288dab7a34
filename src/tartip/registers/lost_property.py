"""Lost property: a thing handed in to the police until its owner is found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.registers.parts import *

STAFF = "operator dispatcher supervisor patrol inspector"
KEEP: Common = {"may": in_territory & has_role(*STAFF.split()), "ground": "order-706"}
ENDS = KEEP | {"grave": True, "clocks": Clocks(stops=["lost-property-keep"])}


class LostProperty(Imported, Record):
    described = models.CharField(_("What it is"), max_length=200)
    found_where = models.CharField(_("Where it was found"), max_length=200, blank=True)
    found_at = models.DateTimeField(_("When it was found"))
    filed_at = models.DateTimeField(_("When it was handed in"))
    finder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("Who found it"))
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("Owner"))

    erases = ("described", "found_where")

    class Lifecycle:
        start = "kept"
        moves = {"kept": ["returned", "passed_on"]}
        names = {"kept": _("kept"), "returned": _("returned"), "passed_on": _("passed to the finder or the state")}


register(
    LostProperty, name="lost_property", plural=_("Lost property"), retention=years(3), counted_by="found_at",
    columns=["described", "found_where", "found_at", "territory"], may_see=[Sees(f"{STAFF} prosecutor")],
    pages=Pages(
        order="-found_at", search=("described", "found_where"), title="described", imports="lost_property.hand_in",
        purposes=("return_property",),
    ),
)  # fmt: skip

hand_in = enters(
    "lost_property.hand_in", LostProperty, "described found_at found_where finder", now="filed_at",
    times="found_at filed_at", **KEEP,
    names=words("Олжаны қабылдау", "Принять находку", "Take in a found thing"),
    done=words("Олжа қабылданды", "Находка принята", "A found thing was taken in"),
    noun=words("Олжаны қабылдау", "Приём находки", "Taking in of a found thing"),
    clocks=Clocks(starts={"lost-property-keep": "filed_at"}),
)  # fmt: skip
give_back = moves(
    "lost_property.return", LostProperty, {"kept": "returned"}, fills="owner", **ENDS,
    names=words("Иесіне қайтару", "Вернуть владельцу", "Return to the owner"),
    done=words("Иесіне қайтарылды", "Возвращено владельцу", "Returned to the owner"),
    noun=words("Иесіне қайтару", "Возврат владельцу", "Return to the owner"),
)  # fmt: skip
pass_on = moves(
    "lost_property.pass_on", LostProperty, {"kept": "passed_on"}, asks={"reason": Field(most=200)}, **ENDS,
    names=words("Табушыға немесе мемлекетке беру", "Передать нашедшему или государству", "Pass it on"),
    done=words("Табушыға немесе мемлекетке берілді", "Передано нашедшему или государству", "It was passed on"),
    noun=words("Табушыға немесе мемлекетке беру", "Передача нашедшему или государству", "Passing on"),
)  # fmt: skip
