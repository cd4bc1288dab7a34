"""A term that stood says for how long: then its beginning, its length and its last day add up for who reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, decided, opened, stranger
from tartip.cases.words import clock_words
from tartip.core.clocks.models import Clock
from tartip.core.time import clock

pytestmark = pytest.mark.fixed_days

# Monday, 23 November 2026; in Almaty, where the case is, it is five hours later. No day of these weeks is a holiday.
COPY = datetime(2026, 11, 23, 5, tzinfo=UTC)
HALF, PAY = "koap-811-discount", "koap-893-pay"
SAID = {
    "en": ("counted from 23 November 2026; the term stood for {} working day{}<", ("", "s", "s")),
    "ru": ("отсчёт от 23 ноября 2026 г.; срок не шёл {} {}<", ("рабочий день", "рабочих дня", "рабочих дней")),
    "kk": ("мерзімнің басталған күні: 2026 ж. 23 қараша; мерзім {} жұмыс күні тоқтап тұрды{}<", ("", "", "")),
}


def words(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split()).replace(" <", "<")


def term(case, rule):
    clocks = stranger("en").get(f"/api/v1/receipts/{case.receipt}").json()["clocks"]
    (found,) = [row for row in clocks if row["rule"].startswith(rule)]
    return found


def told(row):
    return row["since"], row["stood_days"], row["stood_unit"], row["until"]


def withdrawn(case, filed_at, days):
    """Attacked then, and taken back so many days later."""
    with clock(filed_at):
        appeal = appeals.file_appeal(holder_of(case), Case.objects.get(pk=case.pk), text="Музыка играла до 22:30.")
    with clock(filed_at + timedelta(days=days)):
        return appeals.withdraw(holder_of(case), Appeal.objects.select_related("case").get(pk=appeal.pk))


@pytest.fixture
def case(persona, inspector):
    with clock(COPY):
        return cases.hand_over(inspector, decided(persona("operator"), inspector))


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize(
    ("days", "stood", "until", "form"),
    [(1, 1, "2026-12-03", 0), (3, 3, "2026-12-07", 1), (6, 4, "2026-12-08", 1), (7, 5, "2026-12-09", 2)],
)
def test_a_term_in_working_days_says_how_many_it_stood(case, inspector, language, days, stood, until, form):
    """The appeal came on Tuesday, the 24th; without it the seven working days end with 2 December."""
    withdrawn(case, COPY + timedelta(days=1), days)
    sentence, forms = SAID[language]
    with clock(COPY + timedelta(days=9)):
        assert told(term(case, HALF)) == ("2026-11-23", stood, "working_days", until)
        for page in (
            words(stranger(language).get(f"/r/{case.receipt}/")),
            words(browser(inspector, language).get(f"/cases/{case.pk}/")),
        ):
            assert sentence.format(stood, forms[form]) in page


def test_a_term_that_never_stood_says_nothing_of_it(case):
    with clock(COPY + timedelta(days=1)):
        row = term(case, HALF)
        assert (row["stood_days"], row["stood"]) == (0, "")
        assert "the term stood" not in words(stranger("en").get(f"/r/{case.receipt}/"))
    withdrawn(case, COPY + timedelta(days=1), 0)
    with clock(COPY + timedelta(days=2)):
        assert term(case, HALF)["stood"] == ""


def test_the_days_of_two_appeals_add_up(case):
    withdrawn(case, COPY + timedelta(days=1), 1)
    withdrawn(case, COPY + timedelta(days=3), 1)
    with clock(COPY + timedelta(days=5)):
        assert told(term(case, HALF)) == ("2026-11-23", 2, "working_days", "2026-12-04")


def test_a_term_in_calendar_days_counts_those(case, supervisor):
    """Thirty days to pay; a late appeal whose term was restored took five of them."""
    with clock(COPY + timedelta(days=20)):
        case = background(case)
        before = term(case, PAY)
        appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")
        appeals.pass_on(supervisor, appeal)
        appeals.restore_term(supervisor, Appeal.objects.get(pk=appeal.pk), reason="Болезнь.")
        assert Clock.objects.get(subject=case.pk, rule=PAY).state == "paused"
    with clock(COPY + timedelta(days=25)):
        appeals.withdraw(holder_of(case), Appeal.objects.select_related("case").get(pk=appeal.pk))
        after = term(case, PAY)
    assert (before["stood_days"], after["stood_days"], after["stood_unit"]) == (0, 5, "days")
    assert after["stood"] == "the term stood for 5 days"
    moved = datetime.fromisoformat(after["until"]) - datetime.fromisoformat(before["until"])
    assert moved.days >= 5  # the last day itself is never a free one


def test_a_limitation_that_waits_for_the_court_says_what_is_not_counted(persona, inspector):
    """It is known until when it waits: its last day counts that already."""
    with clock(COPY):
        case = opened(persona("operator"))
        cases.draw_protocol(inspector, case, article="koap-436-2", facts="Шум.")
        cases.send_to_court(inspector, case)
        limitation = Clock.objects.filter(subject=case.pk, rule__startswith="koap-62").order_by("-id")[0]
        with override("en"):
            row = clock_words(limitation)
    assert row["waits"]
    assert row["stood_days"] > 0
    assert row["stood"] == f"{row['stood_days']} days are not counted"
    with override("en"):
        assert (
            clock_words(limitation, COPY + timedelta(days=60))["stood"]
            == f"the term stood for {row['stood_days']} days"
        )
