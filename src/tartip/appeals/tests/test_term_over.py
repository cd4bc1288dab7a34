"""A last day that has passed is told as passed, and that what comes later is taken all the same and marked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.tests.made import browser, decided, stranger
from tartip.core.time import clock, now
from tartip.web.dates import day

pytestmark = pytest.mark.fixed_days

# In Almaty, where the case is, it is five hours later.
START = datetime(2026, 11, 12, 5, tzinfo=UTC)
HANDED, LATER = START + timedelta(days=2), START + timedelta(days=16)
DAY = {"en": "27 November 2026", "ru": "27 ноября 2026 г.", "kk": "2026 ж. 27 қараша"}
OVER = {
    "en": "The term ended on {day}. The appeal is taken all the same, but",
    "ru": "{day} срок закончился. Жалобу примут, но",
    "kk": "Мерзім {day} аяқталды. Шағым бәрібір қабылданады, бірақ",
}
IN_TIME = {
    "en": "You can go to the court until {day} inclusive",
    "ru": "Обратиться в суд можно до {day} включительно",
    "kk": "Сотқа жүгінуге болады: {day} қоса алғанда",
}
AGAIN = {
    "en": "An appeal is in time until {day} inclusive",
    "ru": "Жалоба подаётся в срок по {day} включительно",
    "kk": "Шағым {day} аяқталғанға дейін берілсе, мерзімінде",
}
languages = pytest.mark.parametrize("language", DAY)


def words(answer):
    assert answer.status_code == 200
    text = " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())
    return text.replace(" <", "<").replace("> ", ">")


def api(code):
    return stranger("en").get(f"/api/v1/appeals/by-receipt/{code}").json()


def said(sentences, language):
    return sentences[language].format(day=DAY[language])


@pytest.fixture
def case(persona, inspector):
    with clock(START):
        return cases.hand_over(inspector, decided(persona("operator"), inspector))


@pytest.fixture
def left(case, supervisor):
    with clock(START + timedelta(hours=1)):
        appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")
        decide(supervisor, appeal, result="left", reasons="Замеры верны.")
    return appeal


@languages
def test_the_way_to_the_court_does_not_name_a_day_that_has_passed(left, supervisor, language):
    with clock(LATER):
        appeals.hand_over(supervisor, Appeal.objects.get(pk=left.pk), at=HANDED.date())
        page, told = words(stranger(language).get(f"/a/{left.receipt}/")), api(left.receipt)
        assert said(OVER, language) in page
        assert said(IN_TIME, language) not in page
        assert f"/r/{left.case.receipt}/appeal/" in page
        assert (told["court_next"], told["court_until"], told["court_late"]) == (True, "2026-11-27", True)
        assert said(OVER, language) in words(stranger(language).get(f"/r/{left.case.receipt}/appeal/"))


@languages
def test_before_its_end_the_last_day_is_named(left, supervisor, language):
    with clock(HANDED):
        appeals.hand_over(supervisor, Appeal.objects.get(pk=left.pk))
        page, told = words(stranger(language).get(f"/a/{left.receipt}/")), api(left.receipt)
        assert said(IN_TIME, language) in page
        assert said(OVER, language) not in page
        assert told["court_late"] is False


@languages
def test_after_a_withdrawal_too(case, language):
    with clock(START + timedelta(days=1)):
        appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")
    with clock(START + timedelta(days=3)):
        appeals.withdraw(holder_of(case), Appeal.objects.select_related("case").get(pk=appeal.pk))
        page, told = words(stranger(language).get(f"/a/{appeal.receipt}/")), api(appeal.receipt)
        last = told["again_until"]
        assert told["again_late"] is False
        assert AGAIN[language].split("{day}")[1] in page
    with clock(START + timedelta(days=40)):
        page, told = words(stranger(language).get(f"/a/{appeal.receipt}/")), api(appeal.receipt)
        assert (told["again"], told["again_until"], told["again_late"]) == (True, last, True)
        assert OVER[language].split("{day}")[1] in page
        assert AGAIN[language].split("{day}")[1] not in page


PAY = {
    "en": ("The term to pay is over:", "Until {day} inclusive", "ended on {day}<", "until {day} inclusive"),
    "ru": ("Срок уплаты прошёл:", "До {day} включительно", "закончился {day}<", "до {day} включительно"),
    "kk": (
        "Төлеу мерзімі өтті:",
        "Мерзімі: {day} аяқталғанға дейін",
        "{day} аяқталды<",
        ">{day} аяқталғанға дейін",
    ),
}


@languages
def test_a_term_to_pay_that_is_over_is_told_as_over(case, inspector, language):
    with clock(START + timedelta(days=30)):
        background(case)
        told = stranger("en").get(f"/api/v1/receipts/{case.receipt}").json()
        last = datetime.fromisoformat(told["next"]["until"]).replace(tzinfo=UTC)
    with clock(last + timedelta(days=2)), override(language):
        sentence, until, ended, runs = (line.format(day=day(last.date())) for line in PAY[language])
        page, card = (
            words(stranger(language).get(f"/r/{case.receipt}/")),
            words(browser(inspector, language).get(f"/cases/{case.pk}/")),
        )
        assert sentence in page
        assert until not in page
        for where in (page, card):
            assert ended in where
            assert runs not in where
        assert stranger("en").get(f"/api/v1/receipts/{case.receipt}").json()["next"]["until"] is None


POSTPONED = {
    "en": ("To be paid until {day} inclusive.", "It was to be paid until {day} inclusive; that term is over."),
    "ru": ("Уплатить до {day} включительно.", "Уплатить надо было до {day} включительно; этот срок прошёл."),
    "kk": ("Төлеу керек: {day} қоса алғанда.", "Төленуі тиіс еді: {day} қоса алғанда; бұл мерзім аяқталды."),
}


@languages
def test_a_postponed_payment_that_is_overdue_is_told_as_overdue(case, inspector, language):
    with clock(START + timedelta(days=30)):
        case = background(case)
        cases.ask_relief(inspector, case, text="Болезнь.")
        until = now().date() + timedelta(days=20)
        cases.relieve(inspector, case, relief="postponed", until=until, reason="Справка есть.")
    for later, index in ((until, 0), (until + timedelta(days=1), 1)):
        with clock(datetime(later.year, later.month, later.day, 5, tzinfo=UTC)), override(language):
            page = words(browser(inspector, language).get(f"/cases/{case.pk}/"))
            said = [sentence.format(day=day(until)) in page for sentence in POSTPONED[language]]
            assert said == [index == 0, index == 1]


WAITS = {
    "en": "from then on the penalty waits",
    "ru": "с тех пор взыскание ждёт",
    "kk": "содан бері жаза тоқтатыла тұр",
}
RESTORED = {"en": "The term was restored", "ru": "Срок восстановлен", "kk": "Мерзім қалпына келтірілді"}


@languages
@pytest.mark.parametrize("end", ["open", "left", "changed", "cancelled", "withdrawn"])
def test_a_restored_term_makes_the_penalty_wait_only_while_the_appeal_is_open(case, supervisor, language, end):
    with clock(LATER):
        background(case)
        filed = appeals.file_appeal(holder_of(case), case, text="Болел, прошу восстановить срок.")
        appeals.restore_term(supervisor, appeals.pass_on(supervisor, filed), reason="Болезнь подтверждена.")
    with clock(LATER + timedelta(days=3)):
        if end == "withdrawn":
            appeals.withdraw(holder_of(case), filed)
        elif end != "open":
            amount = {"amount_tenge": case.amount_tenge - 1_000} if end == "changed" else {}
            appeals.decide(supervisor, Appeal.objects.get(pk=filed.pk), result=end, reasons="Так.", **amount)
    with clock(LATER + timedelta(days=60)):
        background(case)
        page = words(stranger(language).get(f"/a/{filed.receipt}/"))
    assert RESTORED[language] in page
    assert (WAITS[language] in page) == (end == "open")


@languages
def test_what_came_too_late_is_not_said_to_be_decided_still(case, language):
    with clock(LATER):
        background(case)
        filed = appeals.file_appeal(holder_of(case), case, text="Болел, прошу восстановить срок.")
        open_page = words(stranger(language).get(f"/a/{filed.receipt}/"))
        appeals.withdraw(holder_of(case), filed)
        page = words(stranger(language).get(f"/a/{filed.receipt}/"))
    decides = {"en": "whoever reviews it decides", "ru": "решает", "kk": "шешеді"}[language]
    late = {"en": "It came after the term.", "ru": "после срока", "kk": "мерзімі өткеннен кейін"}[language]
    assert decides in open_page
    assert late in page
    if language == "en":
        assert decides not in page
