"""Beside a protest the person reads the own last day to appeal, why a late one is heard, and results in good words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import translation

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide, passed_on
from tartip.appeals.tests.test_protest_told import REASONS, TEXT, another, protested, receipt, words
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, stranger
from tartip.cases.words import clock_words, last_day
from tartip.core.clocks.models import Clock
from tartip.core.time import clock, now
from tartip.web.dates import day


@pytest.fixture
def prosecutor(persona):
    return persona("prosecutor")


MEANWHILE = {
    "en": ("You can file an appeal of your own meanwhile.", "An appeal can be filed until {} inclusive."),
    "ru": ("Свою жалобу можно подать и сейчас.", "Жалобу можно подать до {} включительно."),
    "kk": ("Өз шағымыңызды қазір де бере аласыз.", "{}"),
}


@pytest.mark.parametrize("language", MEANWHILE)
def test_the_last_day_of_the_own_appeal_stays_in_sight_while_a_protest_is_open(fined, prosecutor, inspector, language):
    """The protest takes nothing from the person: receipt, card, form and what filing does say one thing."""
    term = Clock.objects.get(subject=fined.pk, rule="koap-826.2-complain")
    with translation.override(language):
        last, name = day(last_day(term)), clock_words(term)["name"]
    protested(prosecutor, fined)
    page = receipt(fined, language)
    for sentence in MEANWHILE[language]:
        assert sentence.format(last) in page
    card = words(browser(inspector, language).get(f"/cases/{fined.pk}/"))
    for told in (page, card):
        assert name in told
        assert last in told
    assert last in words(stranger(language).get(f"/r/{fined.receipt}/appeal/"))
    api = stranger(language).get(f"/api/v1/receipts/{fined.receipt}").json()
    assert api["next"]["appeal_until"] == last_day(term).isoformat()
    assert [row["until"] for row in api["clocks"] if row["name"] == name] == [last_day(term).isoformat()]
    with clock(term.due_at - timedelta(minutes=1)):
        stranger(language).post(f"/r/{fined.receipt}/appeal/", {"text": TEXT})
    own = Appeal.objects.get(case=fined, filed_by="citizen")
    assert not own.late
    # The own appeal is told by its own terms now.
    assert MEANWHILE[language][0] not in receipt(fined, language)


def test_after_its_last_day_nothing_says_that_an_own_appeal_would_be_in_time(fined, prosecutor):
    term = Clock.objects.get(subject=fined.pk, rule="koap-826.2-complain")
    protested(prosecutor, fined)
    with clock(term.due_at + timedelta(minutes=1)):
        api = stranger("en").get(f"/api/v1/receipts/{fined.receipt}").json()
        assert api["next"]["appeal_until"] is None
        assert "koap-826.2-complain" not in {row["rule"] for row in api["clocks"]}
        assert "The term ended on" in words(stranger("en").get(f"/r/{fined.receipt}/appeal/"))


def test_the_form_says_that_the_penalty_waits_already(fined, prosecutor):
    before = words(stranger("en").get(f"/r/{fined.receipt}/appeal/"))
    assert "From this moment the penalty waits" in before
    protested(prosecutor, fined)
    page = words(stranger("en").get(f"/r/{fined.receipt}/appeal/"))
    assert "The penalty waits already, for a protest" in page
    assert "From this moment" not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "It came after the term. On {} its term was restored, for this reason:"),
        ("ru", "Он принесён после срока. {} срок восстановлен по такой причине:"),
        ("kk", "Ол мерзімінен кейін келтірілген. Мерзімі қалпына келтірілген күн: {}. Себебі:"),
    ],
)
def test_the_restored_term_of_a_protest_is_told_with_day_and_reason(
    fined, prosecutor, supervisor, inspector, language, said
):
    with clock(now() + timedelta(days=30)):
        protest = protested(prosecutor, fined)
        appeals.restore_term(supervisor, another(protest), reason="Прокурор болел.")
        found = " ".join(receipt(fined, language).split())
        with translation.override(language):
            assert said.format(day(now(), fined.territory)).replace("\u00a0", " ") in found
        assert "Прокурор болел." in found
        (told,) = stranger().get(f"/api/v1/receipts/{fined.receipt}").json()["appeals"]
        assert (told["late"], told["term_reason"]) == (True, "Прокурор болел.")
        assert told["term_restored_at"] is not None
        # Who decided the case reads no reasons of what is said about it.
        assert "Прокурор болел." not in words(browser(inspector).get(f"/cases/{fined.pk}/"))
        assert "Прокурор болел." not in words(browser(inspector).get(f"/api/v1/cases/{fined.pk}"))


@pytest.mark.parametrize(
    ("language", "appeal", "protest", "after"),
    [
        (
            "en",
            "Appeal left without review, because the decision is cancelled",
            "Protest left without review, because the decision is cancelled",
            ": left without review, because the decision is cancelled",
        ),
        (
            "ru",
            "Жалоба оставлена без рассмотрения, потому что постановление отменено",
            "Протест оставлен без рассмотрения, потому что постановление отменено",
            ": оставлена без рассмотрения, потому что постановление отменено",
        ),
        (
            "kk",
            "Шағым қаулының күші жойылғандықтан қараусыз қалдырылды",
            "Наразылық қаулының күші жойылғандықтан қараусыз қалдырылды",
            ": қаулының күші жойылғандықтан қараусыз қалдырылды",
        ),
    ],
)
def test_what_ended_with_the_decision_is_told_once_and_in_its_own_gender(
    fined, prosecutor, supervisor, inspector, language, appeal, protest, after
):
    for_protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    own = appeals.file_appeal(holder_of(fined), Case.objects.get(pk=fined.pk), text=TEXT)
    first, second = (own, for_protest) if language == "en" else (for_protest, own)
    decide(supervisor, another(first), result="cancelled", reasons=REASONS)
    card = words(browser(inspector, language).get(f"/cases/{fined.pk}/"))
    one = protest if second is for_protest else appeal
    assert card.lower().count(one.lower()) == 1
    assert not re.search(r"без рассмотрения: |without review: |қалдырылды: ", card)
    page = " ".join(receipt(fined, language).split())
    if second is for_protest:
        assert page.lower().count(one.lower()) == 1
    else:
        assert after in page
        assert appeal in words(stranger(language).get(f"/a/{own.receipt}/"))


@pytest.mark.parametrize("by", ["appeal", "protest"])
def test_what_was_late_is_left_without_review_in_its_own_gender(fined, prosecutor, supervisor, by):
    who, noun = (prosecutor, "Протест оставлен") if by == "protest" else (holder_of(fined), "Жалоба оставлена")
    with clock(now() + timedelta(days=30)):
        filed = passed_on(appeals.file_appeal(who, fined, text=TEXT))
        sentence = f"{noun} без рассмотрения из-за пропуска срока"
        assert sentence in words(browser(supervisor).get(f"/appeals/{filed.pk}/"))
        decide(supervisor, another(filed), result="not_reviewed", reasons=REASONS)
        page = receipt(fined, "ru")
        if by == "protest":
            assert sentence in page
        else:
            assert ": оставлена без рассмотрения из-за пропуска срока" in page
            assert f"Решено: {sentence.lower()}" in words(stranger("ru").get(f"/a/{filed.receipt}/"))
        card = words(browser(supervisor).get(f"/cases/{fined.pk}/"))
        assert f": {noun.split()[1]} без рассмотрения из-за пропуска срока" in card


@pytest.mark.parametrize(
    ("language", "waits", "never"),
    [
        ("en", "the penalty waits", "does not wait"),
        ("ru", "взыскание приостановлено", "не ждёт"),
        ("kk", "наразылық қаралуда, жаза тоқтатыла тұрды", "тоқтатыла тұрмайды"),
    ],
)
def test_a_late_own_appeal_says_nothing_of_a_penalty_that_waits_for_a_protest(
    fined, prosecutor, supervisor, language, waits, never
):
    with clock(now() + timedelta(days=30)):
        own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
        protest = protested(prosecutor, fined)
        appeals.restore_term(supervisor, another(protest), reason="Прокурор болел.")
        assert Case.objects.get().state == "under_appeal"
        page = receipt(fined, language)
        assert waits in page.lower()
        for text in (page, words(stranger(language).get(f"/a/{own.receipt}/"))):
            assert never not in text
