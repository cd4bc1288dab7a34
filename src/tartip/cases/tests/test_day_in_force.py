"""A term ends with its day; what follows it begins on the next one, and that is the day people read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.errors import BadReason
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, decided, opened, stranger
from tartip.cases.tests.test_law import in_court
from tartip.cases.tests.test_legal_day import pages
from tartip.core.clocks.models import Clock
from tartip.core.people.personas import Persona, make
from tartip.core.time import clock

pytestmark = pytest.mark.fixed_days

# A Friday morning in Almaty; ten working days from it end with Friday, 11 December.
START = datetime(2026, 11, 27, 5, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 11, 19, tzinfo=UTC)
DAYS = {"en": ("11 December 2026", "12 December 2026"), "ru": ("11 декабря 2026", "12 декабря 2026")}


def told(case):
    return stranger("en").get(f"/api/v1/receipts/{case.receipt}").json()


def line(case, act):
    return next(row for row in told(case)["acts"] if row["code"] == act)


def since(case):
    return {row["rule"]: row["since"] for row in told(case)["clocks"]}


@pytest.fixture
def fined(persona, inspector):
    with clock(START):
        return cases.hand_over(inspector, decided(persona("operator"), inspector))


@pytest.mark.parametrize("language", DAYS)
def test_a_decision_is_in_force_on_the_day_after_its_term(fined, inspector, language):
    with clock(MIDNIGHT):
        background(fined)
        assert fined.state == "in_force"
        last, first = DAYS[language]
        for page in pages(fined, inspector, language):
            assert first in page
            assert last not in page
        assert line(fined, "case.enter_into_force")["legal_day"] is None  # one day, nothing was recorded later
        assert told(fined)["decision"]["in_force_on"] == "2026-12-12"
        assert since(fined)["koap-893-pay"] == since(fined)["koap-890-execution"] == "2026-12-12"
        # The day of the entry into force is not counted (КоАП ст. 739): the first of the thirty is 13 December.
        until = {row["rule"]: row["until"] for row in told(fined)["clocks"]}
        assert (until["koap-893-pay"], until["koap-890-execution"][:7]) == ("2027-01-11", "2027-12")
        assert Clock.objects.get(subject=fined.pk, rule="koap-893-pay").started_at == fined.in_force_at == MIDNIGHT


def test_force_that_is_entered_days_later_is_told_by_its_day(persona, inspector):
    with clock(START):
        case = decided(persona("operator"), inspector)
    with clock(MIDNIGHT + timedelta(days=9)):
        cases.hand_over(inspector, case, at=START.date())
        assert line(case, "case.enter_into_force")["legal_day"] == "2026-12-12"
        assert line(case, "case.hand_over")["legal_day"] == "2026-11-27"


def test_what_the_court_left_is_in_force_with_its_copy_on_the_day_that_was_named(persona, inspector):
    with clock(START):
        case = decided(persona("operator"), inspector)
        for by in ("supervisor", "judge"):
            decide(persona(by), appeals.file_appeal(holder_of(case), case, text="Музыка была тихой."), result="left",
                   reasons="Так.")  # fmt: skip
            case = Case.objects.get(pk=case.pk)
    with clock(START + timedelta(days=3)):
        cases.hand_over(inspector, case, at=(START + timedelta(days=1)).date())
        background(case)
        assert (case.state, case.in_force_at) == ("in_force", case.handed_over_at)
        assert told(case)["decision"]["in_force_on"] == "2026-11-28"
        assert since(case)["koap-890-execution"] == "2026-11-28"
        assert line(case, "case.enter_into_force")["legal_day"] == "2026-11-28"


def test_a_payment_on_the_last_day_stays_on_that_day(fined, inspector):
    with clock(MIDNIGHT):
        background(fined)
    with clock(MIDNIGHT + timedelta(days=2)):
        cases.pay(inspector, fined, amount_tenge=21_625, paid_at=(START + timedelta(days=14)).date(), reference="1")
        assert fined.executed_at < fined.in_force_at
        assert line(fined, "case.finish")["legal_day"] == line(fined, "case.pay")["legal_day"] == "2026-12-11"
        assert since(fined)["koap-61-punished"] == "2026-12-11"


def test_a_warning_is_carried_out_on_the_first_day_of_its_force(persona, inspector):
    with clock(START):
        case = opened(persona("operator"))
        cases.draw_protocol(inspector, case, article="koap-594-1", facts="…")
        cases.decide(inspector, case, kind="warning")
        cases.hand_over(inspector, case)
    with clock(MIDNIGHT + timedelta(days=2)):
        background(case)
        assert case.state == "executed"
        assert line(case, "case.finish")["legal_day"] == "2026-12-12"
        assert since(case)["koap-61-punished"] == "2026-12-12"


def test_a_decision_expires_on_the_day_after_its_limitation(fined, inspector):
    with clock(MIDNIGHT):
        background(fined)
    end = Clock.objects.get(subject=fined.pk, rule="koap-890-execution").due_at
    with clock(end + timedelta(microseconds=1)):
        background(fined)
        assert fined.state == "expired"
        assert line(fined, "case.expire")["legal_day"] is None
    page = browser(inspector).get(f"/cases/{fined.pk}/")
    assert page.status_code == 200


def test_nothing_but_an_arrest_is_carried_out_on_the_last_day_to_appeal(persona):
    judge, inspector = persona("judge"), persona("inspector")
    with clock(START):
        case = opened(persona("operator"))
        cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
        cases.send_to_court(inspector, case)
        cases.decide(judge, case, option=1, item="салют")
        cases.hand_over(judge, case)
    with clock(MIDNIGHT + timedelta(days=5)):
        background(case)
        last = Clock.objects.get(subject=case.pk, rule="koap-829.4-complain").due_at.date()
        with pytest.raises(BadReason, match="before the decision came into force"):
            cases.execute(judge, case, at=last)
        cases.execute(judge, case, at=last + timedelta(days=1))


def test_what_is_in_force_with_a_copy_of_a_day_is_carried_out_at_any_hour_of_that_day(persona):
    """Of a copy that was handed over on a day no more than the day is known."""
    judge = persona("judge")
    with clock(START):
        case = in_court(persona, "koap-436-2")
        cases.decide(judge, case, option=1, item="петарды")
        other = make(Persona("judge-2", "Қайрат", "judge", case.territory_id))
        decide(other, appeals.file_appeal(holder_of(case), case, text="Петарды не мои."), result="left", reasons="Так.")
        case = Case.objects.get(pk=case.pk)
    on = (START + timedelta(days=1)).date()
    with clock(START + timedelta(days=3)):
        cases.hand_over(judge, case, at=on)
        case = background(case)
        assert (case.state, case.in_force_at) == ("in_force", case.handed_over_at)
        with pytest.raises(BadReason):
            cases.execute(judge, case, at=on - timedelta(days=1))
        cases.execute(judge, case, at=START + timedelta(days=1, hours=3))
    assert Case.objects.get(pk=case.pk).rest_executed_at == START + timedelta(days=1, hours=3)


def test_nothing_is_carried_out_in_the_hours_before_the_court_has_decided(persona):
    judge = persona("judge")
    with clock(START):
        case = cases.decide(judge, in_court(persona, "koap-436-2"), option=1, item="петарды")
        cases.hand_over(judge, case)
        appeal = appeals.file_appeal(holder_of(case), case, text="Петарды не мои.")
    decided_at = START + timedelta(days=5, hours=4)
    with clock(decided_at):
        other = make(Persona("judge-2", "Қайрат", "judge", case.territory_id))
        decide(other, appeal, result="left", reasons="Так.")
    case = Case.objects.get(pk=case.pk)
    with clock(decided_at + timedelta(hours=2)):
        with pytest.raises(BadReason):
            cases.execute(judge, case, at=decided_at - timedelta(hours=3))
        cases.execute(judge, case, at=decided_at + timedelta(hours=1))
