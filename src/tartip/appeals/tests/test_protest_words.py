"""A protest of the prosecutor is called a protest on every office screen, in every history and in every refusal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils.translation import override

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide, passed_on
from tartip.cases.access import holder_of
from tartip.cases.actions import draw_protocol
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, decided
from tartip.core.acts import Denied
from tartip.core.problems import said
from tartip.core.time import clock, now

TEXT = "Музыка играла до 22:30, есть видео."
# A complaint, in each language; what may stand beside a protest names both.
COMPLAINT = {"en": r"appeal", "ru": r"жалоб", "kk": r"шағым"}
BOTH = {
    "en": r"appeals? (and|or) (a |the )?protests?|the appeal, the protest or|, the appeal or the protest",
    "ru": r"жалоб[ыуеа]?,? (и|или)? ?протест\w*",
    "kk": r"шағым\w*,? (мен|немесе|не)? ?наразылық\w*",
}


@pytest.fixture
def prosecutor(persona):
    return persona("prosecutor")


def main(answer):
    """What the page says: no markup, no addresses, no menu."""
    page = answer.content.decode()
    page = page[page.index("<main") :]
    return re.sub(r"<[^>]*>", " ", re.sub(r"<script.*?</script>", " ", page, flags=re.S))


def complaints(text, language):
    return re.findall(rf".{{0,40}}{COMPLAINT[language]}.{{0,20}}", re.sub(BOTH[language], "", text, flags=re.I), re.I)


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_no_screen_of_a_protest_speaks_of_a_complaint(fined, prosecutor, supervisor, language):
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    own, other = browser(prosecutor, language), browser(supervisor, language)
    path = f"/appeals/{protest.pk}/"

    def check(*pages):
        for page in pages:
            assert complaints(main(page), language) == []

    check(own.get(path), other.get(path), own.get("/appeals/"))
    version = Appeal.objects.get().version
    answer = other.post(f"{path}forward/", {"key": "f", "version": version}, follow=True)
    check(answer, other.post(f"{path}decide/", {"key": "d", "version": version + 1, "result": "left"}))  # refused
    form = {"key": "e", "version": version + 1, "result": "left", "reasons": "Так."}
    check(other.post(f"{path}decide/", form, follow=True), own.get(path))
    check(other.post(f"{path}hand_over/", {"key": "h", "version": version + 2}, follow=True))
    check(own.get("/appeals/?state=all"))
    assert Appeal.objects.get().state == "handed_over"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ru", ("Протест прокурора", "Протест принесён", "Протест отозван")),
        ("kk", ("Прокурордың наразылығы", "Наразылық келтірілді", "Наразылық қайтарып алынды")),
        ("en", ("Protest of the prosecutor", "The protest was filed", "The protest was withdrawn")),
    ],
)
def test_its_history_says_what_was_done_to_a_protest(fined, prosecutor, language, told):
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    client = browser(prosecutor, language)
    form = {"key": "w", "version": protest.version}
    page = main(client.post(f"/appeals/{protest.pk}/withdraw/", form, follow=True))
    for words in told:
        assert words in page
    page = client.post(f"/appeals/{protest.pk}/withdraw/", {"key": "x", "version": protest.version})
    assert complaints(main(page), language) == []  # the refusal of a page that is out of date


def test_an_appeal_keeps_its_own_words(fined, supervisor):
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    page = main(browser(supervisor, "ru").get(f"/appeals/{own.pk}/"))
    assert "Жалоба подана" in page
    assert complaints(page, "ru")
    assert "Протест" not in page


def test_a_refusal_names_the_protest(fined, prosecutor, supervisor):
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    with pytest.raises(Denied) as found:
        appeals.withdraw(supervisor, protest)
    with override("en"):
        assert "Withdraw the protest" in said(found.value)


def test_a_withdrawn_protest_on_what_is_not_handed_over_lets_nothing_go_on(persona, prosecutor):
    case = decided(persona("operator"), persona("inspector"))
    protest = appeals.file_appeal(prosecutor, case, text=TEXT)
    page = main(browser(prosecutor, "en").get(f"/appeals/{protest.pk}/"))
    assert "The penalty goes on at once" not in page
    assert "Until its term is over another protest can be filed" in page


@pytest.mark.parametrize("both", [False, True])
def test_the_penalty_goes_on_only_where_no_other_appeal_holds_it(fined, prosecutor, both):
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    if both:
        appeals.file_appeal(holder_of(fined), Case.objects.get(pk=fined.pk), text=TEXT)
    page = main(browser(prosecutor, "en").get(f"/appeals/{protest.pk}/"))
    assert ("The penalty goes on at once" in page) is not both


def test_what_is_said_of_a_decided_protest_on_the_card_of_the_case(fined, prosecutor, supervisor):
    protest = passed_on(appeals.file_appeal(prosecutor, fined, text=TEXT))
    decide(supervisor, protest, result="left", reasons="Так.")
    page = main(browser(prosecutor, "en").get(f"/cases/{fined.pk}/"))
    assert "protest decided: the decision stands" in page


ADVICE = {"ru": "Восстановите срок", "kk": "қалпына келтіріңіз", "en": "Restore the term with"}


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_only_who_may_restore_the_term_is_told_to(fined, prosecutor, supervisor, persona, language):
    """A late protest is not its own prosecutor's to hear; who hears it is told what may be done."""
    with clock(now() + timedelta(days=30)):
        protest = passed_on(appeals.file_appeal(prosecutor, fined, text=TEXT))
        assert protest.late
        for actor, told in ((prosecutor, False), (supervisor, True)):
            page = main(browser(actor, language).get(f"/appeals/{protest.pk}/"))
            assert (ADVICE[language] in page) is told
            assert LATE[language] in page


LATE = {
    "ru": "Протест принесён после срока и взыскания не приостанавливает.",
    "kk": "Наразылық мерзімінен кейін келтірілген, ол жазаны тоқтата тұрмайды.",
    "en": "The protest came after the term and makes no penalty wait.",
}


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_who_decides_a_case_is_told_that_a_protest_changes_it_as_well(case, inspector, language):
    draw_protocol(inspector, case, article="koap-437-1", facts="…")
    page = browser(inspector, language).get(f"/cases/{case.pk}/").content.decode()
    assert {
        "ru": "изменить его можно только по жалобе или протесту.",
        "kk": "оны тек шағым немесе наразылық бойынша өзгертуге болады.",
        "en": "can only be changed on an appeal or a protest.",
    }[language] in page


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_no_refusal_of_a_protest_speaks_of_a_complaint(fined, prosecutor, supervisor, persona, language):
    """To an instance whose turn it is not, and after all have decided."""

    def refused(instance=None):
        answer = browser(prosecutor, language).post(
            "/api/v1/appeal/acts/file", {"case": str(fined.pk), "text": TEXT, "instance": instance}, "application/json",
            headers={"Accept-Language": language},
        )  # fmt: skip
        assert answer.status_code in (409, 422)
        assert complaints(answer.json()["detail"], language) == []

    refused("court")
    decide(supervisor, appeals.file_appeal(prosecutor, fined, text=TEXT), result="left", reasons="Так.")
    refused("higher_body")
    fined.refresh_from_db()
    decide(persona("judge"), appeals.file_appeal(prosecutor, fined, text=TEXT), result="left", reasons="Так.")
    refused()
