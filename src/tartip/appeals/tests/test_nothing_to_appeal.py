"""What the form of an appeal says in every state of the case: a form where one can be filed, else why there is none."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.appeals.tests.test_every_act import STATES, in_state
from tartip.appeals.tests.test_expired import keep
from tartip.appeals.tests.test_states import at, case_in, filed
from tartip.cases.instances import ATTACKABLE
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, handed_over, stranger
from tartip.core.time import clock, now

__all__ = ["case_in", "in_state"]

TEXT = "Музыка играла до 22:30, есть видео."
NO_DECISION = {
    "ru": "Обжаловать нечего: постановления ещё нет.",
    "kk": "Шағым беретін ештеңе жоқ: қаулы әлі шығарылған жоқ.",
    "en": "There is nothing to appeal: no decision was taken yet.",
}
WHY = {
    "opened": NO_DECISION,
    "protocol": NO_DECISION,
    "in_court": NO_DECISION,
    "closed": {
        "ru": "Обжаловать нечего: дело прекращено без взыскания.",
        "kk": "Шағым беретін ештеңе жоқ: іс жазасыз тоқтатылған.",
        "en": "There is nothing to appeal: the case ended without a penalty.",
    },
    "cancelled": {
        "ru": "Обжаловать нечего: постановление отменено.",
        "kk": "Шағым беретін ештеңе жоқ: қаулының күші жойылған.",
        "en": "There is nothing to appeal: the decision was cancelled.",
    },
}
# In English the code of a state may be a word of its own.
CODES = re.compile(rf"\b({'|'.join(STATES)})\b|: (opened|closed|cancelled|protocol)\.")
LANGUAGES = ("ru", "kk", "en")
FORM, TERM = 'name="text"', re.compile("В срок до|Мерзімі: |In time until")


def main(answer):
    """What the page says and has, without its head and menu."""
    page = answer.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def words(answer):
    return re.sub(r"<[^>]*>", " ", main(answer))


def codes_in(text, language):
    found = CODES.findall(text) if language != "en" else re.findall(r"\w+_\w+|: (?:opened|closed|cancelled)\.", text)
    return [one for one in found if one]


@pytest.fixture
def ready(in_state, persona):
    """A case in any state, with nothing of the person's open; one under review is so for a protest."""

    def make(state):
        if state == "under_appeal":
            case = handed_over(persona("operator"), persona("inspector"))
            appeals.file_appeal(persona("prosecutor"), case, text=TEXT)
            return Case.objects.get(pk=case.pk), now()
        if state == "expired":
            case = handed_over(persona("operator"), persona("inspector"))
            for days in (25, 400):
                with at(days):
                    keep(case)
            assert case.state == "expired"
            return case, now() + timedelta(days=400)
        return in_state(state)

    return make


def test_every_state_is_tried():
    assert {*WHY, *ATTACKABLE} == set(STATES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_form_is_there_only_where_an_appeal_can_be_filed(ready, state, language):
    case, moment = ready(state)
    with clock(moment):
        check_form(case, state, language)


def check_form(case, state, language):
    path, client = f"/r/{case.receipt}/appeal/", stranger(language)
    shown = client.get(path)
    said = WHY[state][language] if state in WHY else None
    if said is None:
        assert shown.status_code == 200
        assert FORM in main(shown)
        assert codes_in(words(shown), language) == []
        assert client.post(path, {"text": TEXT, "key": "k"}).url.startswith("/a/")
        return
    api = client.post(
        f"/api/v1/appeals/by-receipt/{case.receipt}",
        json.dumps({"text": TEXT}),
        content_type="application/json",
        headers={"Accept-Language": language},
    )
    assert (api.status_code, api.json()["code"], api.json()["detail"]) == (409, "appeal.not_appealable", said)
    forms = [{"text": TEXT, "key": "k"}, {"text": TEXT, "key": "l", "instance": "court"}, {"text": "", "key": "m"}]
    for answer in (shown, *(client.post(path, form) for form in forms)):
        assert answer.status_code == 409
        assert said in words(answer)
        assert FORM not in main(answer)
        assert "<button" not in main(answer)
        assert TERM.search(words(answer)) is None
        assert codes_in(words(answer), language) == []
        assert "<h1>" in main(answer)
        assert not re.search("в суд|взыскание|сотқа|жаза |to the court|penalty waits", words(answer).replace(said, ""))
    assert not Appeal.objects.filter(text=TEXT, filed_by="citizen", state="filed").exists()


NO_RELIEF = {
    "ru": "Отсрочить или рассрочить уплату нельзя: %s.",
    "kk": "Төлемді кейінге қалдыруға не бөлуге болмайды: %s.",
    "en": "The payment cannot be postponed or split: %s.",
}
NONE_YET = ("постановления ещё нет", "қаулы әлі шығарылған жоқ", "no decision was taken yet")
NOT_IN_FORCE = ("постановление ещё не в силе", "қаулы әлі күшіне енген жоқ", "the decision is not in force yet")
REASONS = {
    "opened": NONE_YET,
    "protocol": NONE_YET,
    "in_court": NONE_YET,
    "closed": ("дело прекращено без взыскания", "іс жазасыз тоқтатылған", "the case ended without a penalty"),
    "cancelled": ("постановление отменено", "қаулының күші жойылған", "the decision was cancelled"),
    "decided": NOT_IN_FORCE,
    "handed_over": NOT_IN_FORCE,
    "enforcement": (
        "штраф взыскивается принудительно",
        "айыппұл мәжбүрлеп өндіріп алынуда",
        "the fine is being collected by enforcement",
    ),
    "paid": ("штраф уплачен", "айыппұл төленген", "the fine is paid"),
    "executed": ("штраф не налагался", "айыппұл салынбаған", "no fine was imposed"),
    "expired": (
        "срок давности исполнения истёк",
        "орындау ескіру мерзімі өткен",
        "the limitation of execution is over",
    ),
    "under_appeal": ("постановление пересматривается", "қаулы қайта қаралып жатыр", "the decision is being reviewed"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_petition_is_answered_in_words_in_every_state(ready, state, language):
    case, moment = ready(state)
    with clock(moment):
        answer = stranger(language).post(f"/r/{case.receipt}/relief/", {"text": "Прошу в рассрочку.", "key": "k"})
    if state == "in_force":
        assert answer.status_code == 302
        return
    assert answer.status_code == 409
    said = NO_RELIEF[language] % REASONS[state][LANGUAGES.index(language)]
    assert said in words(answer)
    assert codes_in(said, language) == []
    assert 'id="relief-text"' not in main(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_was_open_while_a_protest_cancelled_the_decision(fined, persona, language):
    client, path = stranger(language), f"/r/{fined.receipt}/appeal/"
    assert FORM in main(client.get(path))
    protest = appeals.file_appeal(persona("prosecutor"), fined, text=TEXT)
    decide(persona("supervisor"), protest, result="cancelled", reasons="Так.")
    answer = client.post(path, {"text": TEXT, "key": "k", "instance": "higher_body"})
    assert answer.status_code == 409
    assert WHY["cancelled"][language] in words(answer)
    assert FORM not in main(answer)
    assert TERM.search(words(answer)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_every_instance_has_decided_there_is_no_form(fined, persona, language):
    for official in ("prosecutor", "judge"):
        decide(persona(official), filed(fined), result="left", reasons="Так.")
        fined.refresh_from_db()
    client, path = stranger(language), f"/r/{fined.receipt}/appeal/"
    for answer in (client.get(path), client.post(path, {"text": TEXT, "key": "k"})):
        assert answer.status_code == 409
        assert FORM not in main(answer)
        assert TERM.search(words(answer)) is None
        assert not [one for one in HAS_ONE if one in words(answer)]


HAS_ONE = ("This instance has an appeal", "В этой инстанции уже есть", "Бұл сатыда шағым")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_late_form_ends_its_sentences_once_and_a_term_that_is_over_has_no_until(fined, language):
    """A Russian day ends with a full stop of its own."""
    with clock(now() + timedelta(days=120)):
        background(fined)
        assert Case.objects.get().state == "in_force"
        form = words(stranger(language).get(f"/r/{fined.receipt}/appeal/"))
        assert ".." not in form
        answer = stranger(language).get(f"/api/v1/receipts/{fined.receipt}").json()
        assert answer["next"]["until"] is None
        assert re.search("21.625", answer["next"]["text"])


PROTEST = {
    "ru": "Опротестовать нечего: постановление отменено.",
    "kk": "Наразылық келтіретін ештеңе жоқ: қаулының күші жойылған.",
    "en": "There is nothing to protest: the decision was cancelled.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_prosecutor_is_told_the_same_of_a_protest(in_state, persona, language):
    case, _moment = in_state("cancelled")
    client = browser(persona("prosecutor"), language)
    answer = client.post(f"/appeals/of/{case.pk}/protest/", {"text": TEXT, "key": "k", "version": case.version})
    assert answer.status_code == 409
    assert PROTEST[language] in words(answer)
    api = client.post(
        "/api/v1/appeal/acts/file", json.dumps({"case": str(case.pk), "text": TEXT}), content_type="application/json",
        headers={"Accept-Language": language},
    )  # fmt: skip
    assert (api.status_code, api.json()["detail"]) == (409, PROTEST[language])
