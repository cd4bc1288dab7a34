"""Missing persons: the search begins with the registration of the report, for children too."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.registers.parts import *

SEARCH: Common = {
    "may": in_territory & has_role("operator", "dispatcher", "supervisor", "inspector"),
    "ground": "upk-180",
}
DAY = "missing-search-day"  # what is not found within the day becomes a search file
FOUND = SEARCH | {"grave": True, "clocks": Clocks(stops=[DAY])}


class MissingPerson(Imported, Record):
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("Who is missing"))
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("Who told it"))
    missing_since = models.DateTimeField(_("Missing since"))
    registered_at = models.DateTimeField(_("When it was registered"))
    seen_where = models.CharField(_("Where last seen"), max_length=200, blank=True)
    signs = models.TextField(_("Signs and clothes"), blank=True, max_length=2000)
    child = models.BooleanField(_("A child"), default=False)

    erases = ("seen_where", "signs")

    class Lifecycle:
        start = "searched"
        moves = {state: ["searched", "found_alive", "found_dead", "on_file"] for state in ("searched", "on_file")}
        names = {"searched": _("searched for"), "found_alive": _("found alive"), "found_dead": _("found dead"),
                 "on_file": _("search file opened")}  # fmt: skip


register(
    MissingPerson, name="missing", plural=_("Missing persons"), retention=years(15), counted_by="registered_at",
    columns=["person", "missing_since", "seen_where", "child", "territory"],
    may_see=[Sees("operator dispatcher supervisor patrol inspector prosecutor")],
    pages=Pages(
        order="-registered_at", filters=("child",), search=("seen_where", "signs"), sorts=("missing_since",),
        title=lambda one: one.seen_where or one.signs[:60], imports="missing.report", purposes=("search",),
    ),
)  # fmt: skip

report = enters(
    "missing.report", MissingPerson, "person missing_since seen_where signs child reported_by", now="registered_at",
    times="missing_since registered_at",
    names=words("Хабарсыз кеткенді тіркеу", "Зарегистрировать пропавшего", "Register a missing person"),
    done=words("Хабарсыз кеткен тіркелді", "Пропавший зарегистрирован", "A missing person was registered"),
    noun=words("Хабарсыз кеткенді тіркеу", "Регистрация пропавшего", "Registration of a missing person"),
    clocks=Clocks(starts={DAY: "registered_at"}), **SEARCH,
)  # fmt: skip
add_signs = corrects(
    "missing.add_signs", MissingPerson, "signs seen_where", moves={"searched": None, "on_file": None}, **SEARCH,
    names=words("Мәлімет қосу", "Добавить сведения", "Add what became known"),
    done=words("Мәлімет қосылды", "Сведения добавлены", "What became known was added"),
)  # fmt: skip
found = moves(
    "missing.found", MissingPerson, {"searched": "found_alive", "on_file": "found_alive"}, **FOUND,
    names=words("Тірі табылды", "Найден живым", "Found alive"),
)  # fmt: skip
found_dead = moves(
    "missing.found_dead", MissingPerson, {"searched": "found_dead", "on_file": "found_dead"}, **FOUND,
    names=words("Өлі табылды", "Найден мёртвым", "Found dead"),
)  # fmt: skip
open_file = moves(
    "missing.open_file", MissingPerson, {"searched": "on_file"}, clocks=Clocks(stops=[DAY]), **SEARCH,
    names=words("Іздестіру ісін ашу", "Завести розыскное дело", "Open a search file"),
    done=words("Іздестіру ісі ашылды", "Розыскное дело заведено", "A search file was opened"),
)  # fmt: skip
