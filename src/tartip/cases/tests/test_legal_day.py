"""What was done on one day and entered on another: the person reads both days, where the law counts from the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, decided, opened, stranger
from tartip.core.clocks.models import Clock
from tartip.core.terms.zones import day_of
from tartip.core.territory import tree
from tartip.core.time import clock

pytestmark = pytest.mark.fixed_days

# In Almaty, where the case is, it is five hours later.
START = datetime(2026, 11, 14, 5, tzinfo=UTC)
LATER = START + timedelta(days=14)
WORDS = {
    "en": ("{day} November 2026, recorded 28 November 2026", "recorded on 28 November 2026", "counted from"),
    "ru": ("{day} ноября 2026 г., записано 28 ноября 2026", "записано 28 ноября 2026", "отсчёт от"),
    "kk": (
        "2026 ж. {day} қараша, жазылған күні 2026 ж. 28 қараша",
        "жазылған күні 2026 ж. 28 қараша",
        "басталған күні",
    ),
}


def words(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def pages(case, reader, language):
    """The receipt and the card."""
    return (
        words(stranger(language).get(f"/r/{case.receipt}/")),
        words(browser(reader, language).get(f"/cases/{case.pk}/")),
    )


def acts_of(case):
    return stranger("en").get(f"/api/v1/receipts/{case.receipt}").json()["acts"]


def line(case, act):
    return next(row for row in acts_of(case) if row["code"] == act)


@pytest.fixture
def case(persona, inspector):
    with clock(START):
        return decided(persona("operator"), inspector)


@pytest.mark.parametrize("language", WORDS)
def test_a_copy_is_shown_as_handed_over_on_its_day_and_recorded_on_another(case, inspector, language):
    history, recorded, counted = WORDS[language]
    with clock(LATER):
        cases.hand_over(inspector, case, at=START.date())
        for page in pages(case, inspector, language):
            assert history.format(day=14) in page
            assert recorded in page
            assert counted in page
        told = stranger(language).get(f"/api/v1/receipts/{case.receipt}").json()
        assert told["decision"]["handed_over_at"].startswith("2026-11-14")
        assert told["decision"]["handed_over_recorded_at"].startswith("2026-11-28")
        assert line(case, "case.hand_over")["legal_day"] == "2026-11-14"
        # The term ended with the 27th: the decision is in force from the 28th, the day of the entry.
        assert line(case, "case.enter_into_force")["legal_day"] is None


def test_what_was_entered_on_its_day_has_one_day(case, inspector):
    with clock(START + timedelta(hours=2)):
        cases.hand_over(inspector, case, at=START + timedelta(hours=1))
        assert line(case, "case.hand_over")["legal_day"] is None
        page = words(stranger("en").get(f"/r/{case.receipt}/"))
        assert "14 November 2026" in page
        assert "recorded" not in page


@pytest.mark.parametrize("language", WORDS)
def test_a_payment_and_a_return_are_shown_on_their_own_days(case, inspector, language):
    history = WORDS[language][0]
    with clock(START + timedelta(hours=1)):
        cases.hand_over(inspector, case)
    with clock(LATER):
        cases.pay(inspector, case, amount_tenge=30_000, paid_at=(START + timedelta(days=6)).date(), reference="A1")
        cases.return_money(
            inspector, case, amount_tenge=8_375, reference="B1", returned_at=(START + timedelta(days=7)).date()
        )
        for page in pages(case, inspector, language):
            assert history.format(day=20) in page
            assert history.format(day=21) in page
        assert line(case, "case.finish")["legal_day"] == "2026-11-20"
        rows = stranger().get(f"/api/v1/receipts/{case.receipt}").json()["money"]["payments"]
        assert [(row["paid_at"][:10], row["posted_at"][:10]) for row in rows] == [
            ("2026-11-20", "2026-11-28"),
            ("2026-11-21", "2026-11-28"),
        ]


def test_an_arrest_is_shown_as_served_on_its_day(persona, inspector):
    judge = persona("judge")
    with clock(START):
        case = opened(persona("operator"))
        cases.draw_protocol(inspector, case, article="koap-434-1", facts="Шум.")
        cases.send_to_court(inspector, case)
        cases.decide(judge, case, kind="arrest", terms={"arrest": 5})
        cases.hand_over(judge, case)
    with clock(LATER):
        cases.execute(judge, case, at=(START + timedelta(days=5)).date())
        assert line(case, "case.execute")["legal_day"] == "2026-11-19"


@pytest.mark.parametrize("language", WORDS)
def test_the_result_of_an_appeal_is_shown_as_handed_over_on_its_day(case, inspector, supervisor, language):
    with clock(START + timedelta(hours=1)):
        cases.hand_over(inspector, case)
        appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")
        decide(supervisor, appeal, result="left", reasons="Замеры верны.")
    with clock(LATER):
        appeals.hand_over(supervisor, Appeal.objects.get(pk=appeal.pk), at=(START + timedelta(days=2)).date())
        own = words(stranger(language).get(f"/a/{appeal.receipt}/"))
        card = words(browser(supervisor, language).get(f"/appeals/{appeal.pk}/"))
        for page in (own, card):
            assert WORDS[language][0].format(day=16) in page
    assert Case.objects.get(pk=case.pk).state == "handed_over"


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("who", ["prosecutor", "citizen"])
def test_the_card_of_the_case_names_both_days_of_a_result_and_the_receipt_those_of_a_protest(
    case, persona, inspector, supervisor, language, who
):
    """The person's own result stands on its own receipt."""
    history = WORDS[language][0]
    with clock(START + timedelta(hours=1)):
        cases.hand_over(inspector, case)
        actor = persona("prosecutor") if who == "prosecutor" else holder_of(case)
        appeal = appeals.file_appeal(actor, case, text="Музыка играла до 22:30.")
        decide(supervisor, appeal, result="left", reasons="Замеры верны.")
    with clock(LATER):
        appeals.hand_over(supervisor, Appeal.objects.get(pk=appeal.pk), at=(START + timedelta(days=2)).date())
        receipt, card = pages(case, inspector, language)
        assert history.format(day=16) in card
        assert (history.format(day=16) in receipt) == (who == "prosecutor")
        (row,) = stranger("en").get(f"/api/v1/receipts/{case.receipt}").json()["appeals"]
        assert (row["handed_over_at"][:10], row["handed_over_recorded_at"][:10]) == ("2026-11-16", "2026-11-28")
        told = browser(supervisor).get(f"/api/v1/appeals/{appeal.pk}").json()["told"]
        assert told["handed_over_recorded_at"].startswith("2026-11-28")


def test_a_result_handed_over_on_the_day_of_its_entry_has_one_day(case, persona, inspector, supervisor):
    with clock(START + timedelta(hours=1)):
        cases.hand_over(inspector, case)
        protest = appeals.file_appeal(persona("prosecutor"), case, text="Музыка играла до 22:30.")
        decide(supervisor, protest, result="left", reasons="Замеры верны.")
        appeals.hand_over(supervisor, Appeal.objects.get(pk=protest.pk))
    with clock(LATER):
        for page in pages(case, inspector, "en"):
            assert "recorded" not in page
        (row,) = stranger("en").get(f"/api/v1/receipts/{case.receipt}").json()["appeals"]
        assert row["handed_over_recorded_at"] is None


@pytest.mark.parametrize("language", WORDS)
def test_a_term_that_was_over_before_anybody_noticed_says_its_own_last_day(case, inspector, language):
    """The copy of the 14th is entered on the 28th: the half and the term to appeal were over long before."""
    with clock(LATER):
        cases.hand_over(inspector, case, at=START.date())
        case = background(case)
        lapsed = [row for row in acts_of(case) if row["code"] in ("clock.lapse", "clock.breach")]
        zone, clocks = tree.zone(case.territory_id), Clock.objects.filter(subject=case.pk)
        last = {one.rule: day_of(one.due_at, zone) for one in clocks}
        told = {row["legal_day"] for row in lapsed} - {None}
        assert last["koap-811-discount"].isoformat() in told
        assert told <= {day.isoformat() for day in last.values()}
        history = WORDS[language][0].format(day=last["koap-811-discount"].day)
        for page in pages(case, inspector, language):
            assert history in page


def test_a_term_that_is_noticed_after_its_last_day_says_one_day(case, inspector):
    with clock(START):
        cases.hand_over(inspector, case)
    end = Clock.objects.get(subject=case.pk, rule="koap-826.2-complain").due_at
    with clock(end + timedelta(seconds=2)):
        background(case)
        *_, half, complaint = (row for row in acts_of(case) if row["code"] == "clock.lapse")
        assert half["legal_day"] is not None
        assert complaint["legal_day"] is None
