"""Work on every desk of the demo: cases in their states, appeals whose terms run, and records in the plain registers.

All by the acts that people do, each on its own day: some terms end soon, some have just passed, none lies far back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from tartip.appeals import actions as appeals
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.core.acts import Actor, system
from tartip.core.people.actions import enter_person
from tartip.core.people.models import Person
from tartip.core.time import clock
from tartip.operations.incidents import actions as incidents
from tartip.registers import lost_property, missing, wanted

T = TypeVar("T")

HOME = "750000000"
DISTRICT = "751110000"
NOISE, DRUNK = "koap-437-1", "koap-608-1"
FACTS = {
    NOISE: "В 23:40 громкая музыка из квартиры, соседи слышали её за стеной. Замечание не выполнено.",
    DRUNK: "Остановлен на Абая, запах алкоголя, показание прибора 0,8 промилле.",
}
LOST = (
    ("Чёрный зонт", "Абай 52, остановка"), ("Рюкзак синий, тетради", "Парк Президента"),
    ("Ключи, три на кольце", "Mega, вход 2"), ("Телефон Samsung, экран разбит", "Вокзал Алматы-2"),
    ("Паспорт в обложке", "Төле би 220"), ("Детский самокат", "Жандосов 58"),
)  # fmt: skip
MISSING = (
    ("Әбенова Г. Т.", 9, "Абай 38, аптека", "158 см, хромает на левую ногу, очки, синее пальто, белый платок", False),
    ("Мальчик М.", 2, "Парк Президента", "6 лет, красная куртка, сапоги", True),
    ("Ким В. А.", 70, "Вокзал Алматы-2", "34 года, серая куртка, сумка через плечо", False),
)
WANTED = (("26-0318", "188", "local"), ("26-0297", "190", "national"), ("26-0121", "293", "international"))


def fill_desks(people: Mapping[str, Actor], moment: datetime) -> None:
    """Give every desk its work. `people` are the personas by log-in; nothing is made later than `moment`."""
    _Cases(people, moment).make()
    _registers(people["supervisor"], moment)


class _Cases:
    """Cases of the home city, each brought to its state on the days it takes."""

    def __init__(self, people: Mapping[str, Actor], moment: datetime) -> None:
        self._operator, self._inspector = people["operator"], people["inspector"]
        self._supervisor, self._judge = people["supervisor"], people["judge"]
        self._prosecutor, self._moment = people["prosecutor"], moment
        self._made = 0

    def make(self) -> None:
        self._open(0.1)
        self._open(1)
        # A protocol is decided within 15 days: one has time, one nearly none, one is a day late.
        for days in (3, 14.5, 16.2):
            self._drawn(days)
        self._at(2, lambda: cases.send_to_court(self._inspector, self._drawn(4, DRUNK)))
        judged = self._at(5, lambda: cases.send_to_court(self._inspector, self._drawn(6, DRUNK)))
        self._at(1, lambda: cases.decide(self._judge, judged, option=1))
        self._decided(0.2)
        self._decided(2)
        # The discount runs for seven days, the appeal for ten, the fine is due within thirty.
        for days in (0.5, 6.6, 9.5, 12, 29.6):
            self._handed(days)
        paid = self._handed(3)
        self._at(1, lambda: cases.pay(self._inspector, paid, amount_tenge=(paid.amount_tenge or 0) // 2, reference="1"))
        owed = self._handed(60)
        in_force = self._moment - timedelta(days=48)
        self._at(48, lambda: cases.enter_into_force(system("city"), owed, at=in_force))
        self._at(2, lambda: cases.enforce(self._inspector, owed))
        ended = self._open(7)
        self._at(6, lambda: cases.close_case(self._supervisor, ended, reason="Не он.", closed_for="no_offence"))
        self._appealed()

    def _appealed(self) -> None:
        """One that waits to be passed on, one to be decided, one nearly late, one left as it was, one cancelled."""
        texts = "Музыки не было, соседи ошиблись подъездом."
        filed = [(self._handed(days + 1.5), days) for days in (0.3, 2, 9, 6, 7)]
        found = [
            self._at(days, partial(appeals.file_appeal, holder_of(case), case, text=texts)) for case, days in filed
        ]
        for appeal, (_, days) in list(zip(found, filed, strict=True))[1:]:
            self._at(days - 0.5, partial(appeals.pass_on, self._supervisor, appeal))
        for appeal, result, reasons in (
            (found[3], "left", "Показания соседей и запись согласуются."),
            (found[4], "cancelled", "Доказательств недостаточно."),
        ):
            self._at(3, partial(appeals.decide, self._prosecutor, appeal, result=result, reasons=reasons))

    def _at(self, days: float, act: Callable[[], T]) -> T:
        with clock(self._moment - timedelta(days=days)):
            return act()

    def _open(self, days: float, article: str = NOISE) -> Case:
        self._made += 1
        house = 10 + self._made * 7 % 90
        kind = "noise" if article == NOISE else "drunk_driver"

        def act() -> Case:
            incident = incidents.open_incident(
                self._operator, territory=HOME, kind_code=kind, lon=76.92 + self._made / 1000, lat=43.24,
                address=f"Абай даңғылы {house}",
            )  # fmt: skip
            incidents.close_incident(system("city"), incident, outcome="settled")
            return cases.open_case(self._inspector, incident=incident, article=article)

        return self._at(days, act)

    def _drawn(self, days: float, article: str = NOISE) -> Case:
        case = self._open(days + 0.2, article)
        return self._at(
            days,
            lambda: cases.draw_protocol(
                self._inspector, case, article=article, facts=FACTS[article], person=self._person()
            ),
        )

    def _person(self) -> Person:
        return enter_person(self._inspector, territory=DISTRICT, name=f"Лицо № {self._made}")

    def _decided(self, days: float) -> Case:
        case = self._drawn(days + 0.5)
        return self._at(days, lambda: cases.decide(self._inspector, case, kind="fine"))

    def _handed(self, days: float) -> Case:
        case = self._decided(days + 0.3)
        return self._at(days, lambda: cases.hand_over(self._inspector, case))


def _registers(supervisor: Actor, moment: datetime) -> None:
    for number, (what, where) in enumerate(LOST):
        found = moment - timedelta(hours=3 + number * 9)
        with clock(found + timedelta(hours=1)):
            lost_property.hand_in(supervisor, territory=DISTRICT, described=what, found_at=found, found_where=where)
    for name, hours, where, signs, child in MISSING:
        with clock(moment - timedelta(hours=hours)):
            person = enter_person(supervisor, territory=DISTRICT, name=name)
            missing.report(
                supervisor, territory=DISTRICT, person=person, missing_since=moment - timedelta(hours=hours + 3),
                seen_where=where, signs=signs, child=child,
            )  # fmt: skip
    for number, (file, article, scope) in enumerate(WANTED):
        with clock(moment - timedelta(days=number * 11 + 1)):
            person = enter_person(supervisor, territory=DISTRICT, name=f"Разыскиваемый № {number + 1}")
            wanted.declare(
                supervisor, territory=DISTRICT, person=person, file_number=file, article=article,
                declared_on=(moment - timedelta(days=number * 11 + 2)).date(), scope=scope,
            )  # fmt: skip
