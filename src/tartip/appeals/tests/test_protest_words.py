"""A protest of the prosecutor is called a protest on every office screen, in every history and in every refusal."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide, passed_on
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, decided
from tartip.core.acts import Denied
from tartip.core.problems import said

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
