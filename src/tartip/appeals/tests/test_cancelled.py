"""A decision is cancelled while another appeal is open: that one ends by itself, and the person is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.errors import NothingLeft
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import as_before, decide, passed_on
from tartip.appeals.tests.test_paid import words
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import ALMATY, browser, stranger
from tartip.core.acts import system
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people.personas import Persona, make
from tartip.core.time import clock, now

TEXT = "Музыка играла до 22:30, есть видео."
ENDED = {
    "en": "The decision is cancelled, nothing is left to decide",
    "ru": "Постановление отменено, решать больше нечего",
    "kk": "Қаулының күші жойылды, шешетін ештеңе қалмады",
}
# Nothing was paid, and nothing is to be paid.
UNTRUE = r"(paid or carried out|уплаченное|төленгені)"


@pytest.fixture
def prosecutor(persona):
    return persona("prosecutor")


def both(case: Case, prosecutor) -> tuple[Appeal, Appeal]:
    own = appeals.file_appeal(holder_of(case), case, text=TEXT)
    return own, appeals.file_appeal(prosecutor, Case.objects.get(pk=case.pk), text=TEXT)


@pytest.mark.parametrize("passed", [False, True], ids=["filed", "forwarded"])
@pytest.mark.parametrize("granted", ["protest", "own"])
def test_the_other_appeal_ends_with_the_decision_and_no_clock_runs_to_a_breach(
    fined, prosecutor, supervisor, granted, passed
):
    own, protest = both(fined, prosecutor)
    chosen, other = (protest, own) if granted == "protest" else (own, protest)
    if passed:
        passed_on(other)
    decide(supervisor, chosen, result="cancelled", reasons="Так.")
    other.refresh_from_db()
    assert (other.state, other.result) == ("ended", "nothing_left")
    entry = Entry.objects.get(subject=other.pk, act="appeal.end")
    assert (entry.role, entry.on_behalf) == ("system", supervisor.name)
    assert not Clock.objects.filter(subject=other.pk).exclude(state="stopped").exists()
    with clock(now() + timedelta(days=60)):
        breach_due()
    assert not Entry.objects.filter(subject=other.pk, act="clock.breach").exists()
    assert audit().findings == []


def test_a_late_appeal_ends_too(fined, prosecutor, supervisor):
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    with clock(now() + timedelta(days=30)):
        late = appeals.file_appeal(holder_of(fined), Case.objects.get(pk=fined.pk), text=TEXT)
        assert late.late
        decide(supervisor, protest, result="cancelled", reasons="Так.")
    late.refresh_from_db()
    assert late.state == "ended"


@pytest.mark.parametrize("result", ["left", "changed"])
def test_an_appeal_beside_a_decision_that_stands_goes_on(fined, prosecutor, supervisor, result):
    own, protest = both(fined, prosecutor)
    amount = {"amount_tenge": 16_000} if result == "changed" else {}
    decide(supervisor, protest, result=result, reasons="Так.", **amount)
    own.refresh_from_db()
    assert own.state == "filed"


@pytest.mark.parametrize("language", ENDED)
def test_the_person_reads_that_nothing_is_left_to_decide(fined, prosecutor, supervisor, language):
    own, protest = both(fined, prosecutor)
    decide(supervisor, protest, result="cancelled", reasons="Так.")
    page = stranger(language).get(f"/a/{own.receipt}/").content.decode()
    assert re.search(rf"<h1>\s*{re.escape(ENDED[language])}\s*</h1>", page)
    assert "/withdraw/" not in page
    assert not re.search(UNTRUE, words(page))
    told = stranger(language).get(f"/api/v1/appeals/by-receipt/{own.receipt}").json()
    assert (told["open"], told["may_withdraw"], told["clocks"]) == (False, False, [])
    case = words(stranger(language).get(f"/r/{fined.receipt}/").content.decode())
    assert not re.search(UNTRUE, case)


def test_the_card_of_an_ended_appeal_offers_nothing(fined, prosecutor, supervisor):
    own, protest = both(fined, prosecutor)
    decide(supervisor, protest, result="cancelled", reasons="Так.")
    page = browser(supervisor, "en").get(f"/appeals/{own.pk}/").content.decode()
    assert "Appeal left without review, because the decision is cancelled" in page
    assert "Another official has to decide" not in page
    assert 'id="h-do"' not in page
    assert f"/appeals/{own.pk}/" in browser(supervisor).get("/appeals/?state=ended").content.decode()


# --- an official with a part in the case


@pytest.mark.parametrize("who", ["supervisor", "prosecutor"])
def test_who_has_a_part_in_the_case_reads_that_another_official_decides(fined, persona, who):
    """The supervisor decided the protest, the prosecutor filed it: neither decides the person's appeal."""
    own, protest = both(fined, persona("prosecutor"))
    said = "Another official has to decide this one."
    assert (said in browser(persona(who), "en").get(f"/appeals/{own.pk}/").content.decode()) == (who == "prosecutor")
    decide(persona("supervisor"), protest, result="left", reasons="Так.")
    passed_on(own)
    page = browser(persona(who), "en").get(f"/appeals/{own.pk}/").content.decode()
    assert said in page
    assert 'data-open="decide"' not in page
    new = make(Persona("head-2", "Қайрат", "supervisor", ALMATY))
    page = browser(new, "en").get(f"/appeals/{own.pk}/").content.decode()
    assert said not in page
    assert 'data-open="decide"' in page
    assert said not in browser(persona("inspector"), "en").get(f"/appeals/{own.pk}/").content.decode()


# --- older rows


def test_in_an_older_row_nothing_is_changed_and_the_appeal_is_left_without_review(fined, prosecutor, supervisor):
    own, protest = both(fined, prosecutor)
    decide(supervisor, protest, result="cancelled", reasons="Так.")
    own = as_before(own)
    page = words(stranger("en").get(f"/a/{own.receipt}/").content.decode())
    assert ENDED["en"] in page
    assert "stays so" not in page
    assert "The decision stays cancelled" in page
    new = make(Persona("head-2", "Қайрат", "supervisor", ALMATY))
    assert 'value="left"' not in browser(new, "en").get(f"/appeals/{own.pk}/").content.decode()
    for result in ("left", "changed", "cancelled", "not_reviewed"):
        with pytest.raises(NothingLeft):
            appeals.decide(new, own, result=result, reasons="Так.", amount_tenge=16_000)
    appeals.decide(new, own, result="nothing_left", reasons="Так.")
    assert (own.state, own.result) == ("decided", "nothing_left")


# --- what stays so until the result


@pytest.mark.parametrize("paid", [False, True])
def test_after_the_limitation_of_execution_nothing_that_was_never_paid_stays_so(fined, inspector, persona, paid):
    """In force since day 21; the limitation of execution ended; a late appeal of day 400 had its term restored."""
    cases.enter_into_force(system("cases"), fined, at=now())
    if paid:
        cases.pay(inspector, fined, amount_tenge=100, reference="1")
    with clock(now() + timedelta(days=400)):
        own = passed_on(appeals.file_appeal(holder_of(fined), Case.objects.get(pk=fined.pk), text=TEXT))
        appeals.restore_term(persona("prosecutor"), own, reason="Болел.")
        pages = [
            words(stranger("en").get(path).content.decode()) for path in (f"/a/{own.receipt}/", f"/r/{fined.receipt}/")
        ]
    assert ["stays so until the result" in page for page in pages] == [paid, paid]
    assert ("The appeal is filed, the decision is not carried out any more" in pages[0]) is not paid


def test_an_appeal_that_was_withdrawn_does_not_say_that_a_cancelled_decision_stands(fined, prosecutor, supervisor):
    own, protest = both(fined, prosecutor)
    appeals.withdraw(holder_of(fined), own)
    decide(supervisor, protest, result="cancelled", reasons="Так.")
    page = words(stranger("en").get(f"/a/{own.receipt}/").content.decode())
    assert "The decision was cancelled after that." in page
    assert "stands as before" not in page
