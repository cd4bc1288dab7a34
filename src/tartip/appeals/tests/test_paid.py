"""An appeal against a fine that is paid: nothing waits, what was paid stays paid, and only a surplus goes back."""

from __future__ import annotations

import re

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.cases.tests.made import browser, decided, stranger
from tartip.core.acts import Denied
from tartip.core.journal.audit import audit
from tartip.web.numbers import tenge

TEXT = "Музыка играла до 22:30, есть видео."
FINE, HALF = 21_625, 10_812
# What nothing may say of a penalty that was carried out, and what the page says of a paid one instead.
UNTRUE = {
    "en": r"penalty (waits|goes on|was suspended|was resumed)|from then on the penalty",
    "ru": r"взыскание (ждёт|приостановлено|возобновлено)|исполнение продолжается",
    "kk": r"жаза (тоқтатыла|бірден|орындалмайды)|жазаның орындалуы жалғасты",
}
STAYS = {
    "en": "The appeal is being decided. What was paid stays paid until then.",
    "ru": "Жалоба рассматривается. До решения уплаченное остаётся уплаченным.",
    "kk": "Шағым қаралуда. Шешім шыққанша төленген ақша төленген болып қалады.",
}
OPEN_STILL = {
    "en": "Your appeal is open; what was paid or carried out stays so until the result.",
    "ru": "Ваша жалоба рассматривается; уплаченное или исполненное до решения остаётся как есть.",
    "kk": "Шағымыңыз қаралып жатыр; төленгені немесе орындалғаны шешім шыққанша сол күйінде қалады.",
}


def words(page):
    """What a reader sees, on one line."""
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", page, flags=re.S)
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", UNTRUE)
def test_no_page_says_that_the_penalty_of_a_paid_fine_waits(fined, inspector, persona, language):
    cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
    person, staff = stranger(language), browser(persona("supervisor"), language)
    form = words(person.get(f"/r/{fined.receipt}/appeal/").content.decode())
    address = person.post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "k"}).url
    appeal = Appeal.objects.get()
    pages = {
        "form": form,
        "receipt": words(person.get(f"/r/{fined.receipt}/").content.decode()),
        "appeal": words(person.get(address).content.decode()),
        "card": words(staff.get(f"/cases/{fined.pk}/").content.decode()),
        "card of the appeal": words(staff.get(f"/appeals/{appeal.pk}/").content.decode()),
        "list": words(staff.get("/cases/?state=under_appeal").content.decode()),
    }
    for name, text in pages.items():
        assert not (found := re.search(UNTRUE[language], text, re.I)), (name, found)
    assert STAYS[language] in pages["receipt"]
    assert OPEN_STILL[language] in pages["receipt"]
    appeals.withdraw(holder_of(fined), appeal)
    for path in (f"/r/{fined.receipt}/", address):
        assert not re.search(UNTRUE[language], words(person.get(path).content.decode()), re.I), path


@pytest.mark.parametrize("language", UNTRUE)
def test_of_a_fine_that_is_owed_they_say_that_it_waits(fined, language):
    person = stranger(language)
    assert re.search(UNTRUE[language], words(person.get(f"/r/{fined.receipt}/appeal/").content.decode()), re.I)
    address = person.post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "k"}).url
    for path in (f"/r/{fined.receipt}/", address):
        assert re.search(UNTRUE[language], words(person.get(path).content.decode()), re.I), path


def test_a_surplus_goes_back_while_the_appeal_is_open(fined, inspector, persona):
    """No result makes a fine heavier: what is more than it goes back whatever is decided, the rest by the result."""
    for reference in ("1", "2"):
        cases.pay(inspector, Case.objects.get(pk=fined.pk), amount_tenge=FINE, reference=reference)
    appeal = appeals.file_appeal(holder_of(fined), Case.objects.get(pk=fined.pk), text=TEXT)
    page = words(stranger("en").get(f"/r/{fined.receipt}/").content.decode())
    assert f"{STAYS['en']} {words(tenge(FINE))} are to be returned to you." in page
    client, path = browser(inspector, "en"), f"/cases/{fined.pk}/"
    assert f'action="{path}return_money/"' in client.get(path).content.decode()
    fined.refresh_from_db()
    form = {"amount": "21 626", "reference": "back", "version": fined.version}
    assert client.post(f"{path}return_money/", form).status_code == 422
    assert client.post(f"{path}return_money/", {**form, "amount": "21 625"}).status_code == 302
    fined.refresh_from_db()
    assert (fined.state, account(fined).to_return, account(fined).remaining) == ("under_appeal", 0, 0)
    decide(
        persona("prosecutor"), Appeal.objects.get(pk=appeal.pk), result="changed", reasons="Так.", amount_tenge=16_000
    )
    fined.refresh_from_db()
    assert (fined.state, account(fined).to_return) == ("paid", FINE - 16_000)
    assert audit().findings == []


def test_before_the_copy_is_handed_over_the_page_says_when_the_surplus_goes_back(persona, inspector):
    """Whether the half is enough is not known before that: its term begins with the copy."""
    case = decided(persona("operator"), inspector)
    for reference in ("1", "2"):
        cases.pay(inspector, case, amount_tenge=HALF, reference=reference)
    for _ in ("decided", "under appeal"):
        page = words(browser(inspector, "en").get(f"/cases/{case.pk}/").content.decode())
        assert "It goes back after the copy of the decision was handed over." in page
        with pytest.raises(Denied):
            cases.return_money(inspector, case, amount_tenge=1, reference="back")
        if case.state == "decided":
            appeals.file_appeal(holder_of(case), case, text=TEXT)
            case.refresh_from_db()
    assert case.state == "under_appeal"
