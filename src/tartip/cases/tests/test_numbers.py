"""Every answer to a number that does not fit names the bounds of its own field, however the number was typed."""

from __future__ import annotations

import re
import uuid

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.made import passed_on
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Payment
from tartip.cases.money import local_day
from tartip.cases.tests.made import ALMATY, browser
from tartip.core.inputs import NO_NUMBER, typed_number
from tartip.core.people.personas import Persona, make
from tartip.core.time import now

WRONG = ("7,5", "-1", "1e3", "0", "99999999999", "9" * 40, "²", "5 дней")
LANGUAGES = ("ru", "kk", "en")
# The words for a whole number between the two.
BETWEEN = {
    "ru": "целое число{}от {} до {}",
    "kk": "бүтін {}ең азы {}, ең көбі {}",
    "en": "whole number{}between {} and {}",
}


def refused(actor, language, path, **form):
    answer = browser(actor, language).post(path, {"key": uuid.uuid4().hex, **form})
    assert answer.status_code == 422, form
    page = re.sub(r"<[^>]*>", " ", answer.content.decode()).replace("\u00a0", " ")
    return re.sub(r"(?<=\d),(?=\d)", " ", page)


def names(page, language, low, high):
    pattern = re.escape(BETWEEN[language]).replace(r"\{\}", "{}").format(".{0,30}", low, high)
    return re.search(pattern, page) is not None and not re.search("999 999 999|147 483 648", page)


def test_what_is_typed_is_read_once():
    assert [typed_number(text) for text in ("", "  ", "7", "21 625", "21\u00a0625", "9" * 15)] == [
        None, None, 7, 21_625, 21_625, 10**15 - 1,
    ]  # fmt: skip
    assert {typed_number(text) for text in WRONG if text not in ("0", "99999999999")} == {NO_NUMBER}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_length_of_an_arrest(case, persona, language):
    """434-1: from 5 to 15 days."""
    cases.draw_protocol(persona("inspector"), case, article="koap-434-1", facts="…")
    cases.send_to_court(persona("inspector"), case)
    for typed in (*WRONG, "4", "16", "99"):
        form = {"penalty": "person.first.2", "term.person.first.2.arrest": typed, "version": case.version}
        page = refused(persona("judge"), language, f"/cases/{case.pk}/decide/", **form)
        assert names(page, language, 5, 15), typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_payment_and_a_return(fined, inspector, language):
    path, day = f"/cases/{fined.pk}", f"{local_day(fined, now())}"
    for typed in WRONG:
        form = {"amount": typed, "reference": "1", "paid_on": day, "version": fined.version}
        assert names(refused(inspector, language, f"{path}/pay/", **form), language, 1, "2 147 483 647"), typed
        # Nor is such a sum offered for confirmation.
        assert 'name="came"' not in browser(inspector, language).post(f"{path}/pay/", form).content.decode()
    cases.pay(inspector, fined, amount_tenge=22_625, reference="1")
    for typed in (*WRONG, "1001"):
        form = {"amount": typed, "reference": "2", "version": fined.version}
        page = refused(inspector, language, f"{path}/return_money/", **form)
        assert names(page, language, 1, "1 000"), typed
    assert Payment.objects.count() == 1


def test_a_sum_of_ten_digits_is_a_sum(fined, inspector):
    """What the column holds can be confirmed and recorded."""
    form = {"amount": "2 000 000 000", "reference": "1", "paid_on": f"{local_day(fined, now())}"}
    client, path = browser(inspector, "en"), f"/cases/{fined.pk}/pay/"
    answer = client.post(path, {**form, "key": "a", "version": fined.version})
    assert answer.status_code == 422
    assert 'value="2000000000"' in answer.content.decode()
    assert client.post(path, {**form, "key": "b", "version": fined.version, "came": "2000000000"}).status_code == 302
    assert Payment.objects.get().amount_tenge == 2_000_000_000


COMPLAINT = {"ru": "по жалобе", "kk": "шағым бойынша", "en": "on appeal"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("protest", [False, True])
def test_a_lesser_fine(fined, persona, language, protest):
    """Of 21 625 at most 30 percent less; a protest is answered without the words of an appeal."""
    filer = persona("prosecutor") if protest else holder_of(fined)
    appeal = passed_on(appeals.file_appeal(filer, fined, text="Музыка играла до 22:30, есть видео."))
    for typed in (*WRONG, "99999", "15137", "21625"):
        form = {"result": "changed", "reasons": "Так.", "amount": typed, "version": appeal.version}
        page = refused(persona("supervisor"), language, f"/appeals/{appeal.pk}/decide/", **form)
        assert names(page, language, "15 138", "21 624"), typed
        assert COMPLAINT[language] not in page
    form = {"result": "left", "reasons": "Так.", "amount": "7,5", "version": appeal.version}
    assert not names(
        refused(persona("supervisor"), language, f"/appeals/{appeal.pk}/decide/", **form), language, "15 138", "21 624"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shorter_arrest(case, persona, language):
    cases.draw_protocol(persona("inspector"), case, article="koap-434-1", facts="…")
    cases.send_to_court(persona("inspector"), case)
    cases.decide(persona("judge"), case, kind="arrest", terms={"arrest": 10})
    appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30, есть видео.")
    other, appeal = make(Persona("other-judge", "Қайрат", "judge", ALMATY)), passed_on(appeal)
    for typed in (*WRONG, "4", "10"):
        form = {"result": "changed", "reasons": "Так.", "term_arrest": typed, "version": appeal.version}
        assert names(refused(other, language, f"/appeals/{appeal.pk}/decide/", **form), language, 5, 9), typed
