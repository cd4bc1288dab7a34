"""Missing persons: the search begins with the registration of the report, for children too."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from tartip.core.acts import Actor, Clocks, act, doing
from tartip.core.acts.rights import has_role, in_territory
from tartip.core.people.models import Person
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import Pages, register, years
from tartip.core.registers.sees import Sees

searches = in_territory & has_role("operator", "dispatcher", "supervisor", "inspector")


class MissingPerson(Imported, Record):
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("Who is missing"))
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("Who told it"))
    missing_since = models.DateTimeField(_("Missing since"))
    registered_at = models.DateTimeField(_("When it was registered"))
    seen_where = models.CharField(_("Where last seen"), max_length=200, blank=True)
    signs = models.TextField(_("Signs and clothes"), blank=True, max_length=2000)
    child = models.BooleanField(_("A child"), default=False)

    class Lifecycle:
        start = "searched"
        moves = {"searched": ["searched", "found_alive", "found_dead", "in_investigation"],
                 "in_investigation": ["in_investigation", "found_alive", "found_dead"]}  # fmt: skip
        names = {"searched": _("searched for"), "found_alive": _("found alive"), "found_dead": _("found dead"),
                 "in_investigation": _("search file opened")}  # fmt: skip


register(
    MissingPerson, name="missing", plural=_("Missing persons"), retention=years(15), counted_by="registered_at",
    columns=["person", "missing_since", "seen_where", "child", "territory"],
    may_see=[Sees("operator dispatcher supervisor patrol inspector prosecutor")],
    pages=Pages(
        order="-registered_at", filters=("child",), search=("seen_where", "signs"), sorts=("missing_since",),
        title=lambda record: record.seen_where or record.signs[:60], imports="missing.report", purposes=("search",),
    ),
)  # fmt: skip


@act(
    "missing.report", creates=MissingPerson, may=searches, ground="upk-180",
    names={"kk": "Хабарсыз кеткенді тіркеу", "ru": "Зарегистрировать пропавшего", "en": "Register a missing person"},
    done={"kk": "Хабарсыз кеткен тіркелді", "ru": "Пропавший зарегистрирован", "en": "A missing person was registered"},
    clocks=Clocks(starts={"missing-search-day": "registered_at"}),
)  # fmt: skip
def report(
    actor: Actor, *, territory: str, person: Person, missing_since: datetime, seen_where: str = "", signs: str = "",
    child: bool = False, reported_by: Person | None = None,
) -> MissingPerson:  # fmt: skip
    """The search begins at once; what is not found within the day becomes a search file."""
    return MissingPerson(
        territory_id=territory, person=person, missing_since=missing_since, seen_where=seen_where, signs=signs,
        child=child, reported_by=reported_by, registered_at=doing().at,
    )  # fmt: skip


@act(
    "missing.add_signs", of=MissingPerson, may=searches, ground="upk-180",
    moves={"searched": None, "in_investigation": None},
    names={"kk": "Мәлімет қосу", "ru": "Добавить сведения", "en": "Add what became known"},
    done={"kk": "Мәлімет қосылды", "ru": "Сведения добавлены", "en": "More became known"},
)  # fmt: skip
def add_signs(actor: Actor, record: MissingPerson, *, signs: str, seen_where: str = "") -> MissingPerson:
    record.signs, record.seen_where = signs, seen_where or record.seen_where
    return record


@act(
    "missing.found", of=MissingPerson, may=searches, ground="upk-180", grave=True,
    moves={"searched": "found_alive", "in_investigation": "found_alive"},
    names={"kk": "Тірі табылды", "ru": "Найден живым", "en": "Found alive"},
    clocks=Clocks(stops=["missing-search-day"]),
)  # fmt: skip
def found(actor: Actor, record: MissingPerson) -> MissingPerson:
    return record


@act(
    "missing.found_dead", of=MissingPerson, may=searches, ground="upk-180", grave=True,
    moves={"searched": "found_dead", "in_investigation": "found_dead"},
    names={"kk": "Өлі табылды", "ru": "Найден мёртвым", "en": "Found dead"},
    clocks=Clocks(stops=["missing-search-day"]),
)  # fmt: skip
def found_dead(actor: Actor, record: MissingPerson) -> MissingPerson:
    return record


@act(
    "missing.open_file", of=MissingPerson, may=searches, ground="upk-180", moves={"searched": "in_investigation"},
    names={"kk": "Іздестіру ісін ашу", "ru": "Завести розыскное дело", "en": "Open a search file"},
    done={"kk": "Іздестіру ісі ашылды", "ru": "Розыскное дело заведено", "en": "A search file was opened"},
    clocks=Clocks(stops=["missing-search-day"]),
)  # fmt: skip
def open_file(actor: Actor, record: MissingPerson) -> MissingPerson:
    return record
