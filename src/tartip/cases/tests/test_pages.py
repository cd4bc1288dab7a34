"""The pages of those who work on cases, each tried by Charlie of Kostanay too."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from tartip.cases import actions
from tartip.cases.actions import decide, draw_protocol
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.tests.made import browser, opened, stranger
from tartip.core.acts import ACTS
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.time import clock, now


def post(client, case, name, **form):
    return client.post(f"/cases/{case.pk}/{name}/", {"key": uuid.uuid4().hex, "version": case.version, **form})


def test_charlie_sees_nothing_of_almaty(case, charlie):
    client = browser(charlie)
    assert str(case.pk) not in client.get("/cases/").content.decode()
    for address in (f"/cases/{case.pk}/", f"/cases/{case.pk}/articles/"):
        assert client.get(address).status_code == 404
    for name in ("protocol", "decide", "hand_over", "pay", "close"):
        assert post(client, case, name).status_code == 404
    for part in ("", "/articles", "/penalties"):
        assert client.get(f"/api/v1/cases/{case.pk}{part}").status_code == 404
    assert client.get("/api/v1/cases").status_code == 403  # a duty officer works on no cases anywhere


def test_without_a_log_in_every_page_leads_to_it(case):
    for address in ("/cases/", f"/cases/{case.pk}/", f"/cases/{case.pk}/articles/"):
        answer = stranger().get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


def test_an_inspector_takes_a_case_from_protocol_to_payment(case, inspector):
    client = browser(inspector)
    assert post(client, case, "protocol", article="koap-437-1", facts="Музыка после 23:00.").status_code == 302
    case.refresh_from_db()
    card = client.get(f"/cases/{case.pk}/").content.decode()
    # One radio per whole option of the law's table: subject, first time or again, number of the option.
    assert 'value="person.first.1"' in card
    assert 'value="person.again.1"' in card
    assert 'value="person.first.2"' not in card  # the law has one option for noise
    assert post(client, case, "decide", penalty="person.first.1").status_code == 302
    case.refresh_from_db()
    assert post(client, case, "hand_over").status_code == 302
    case.refresh_from_db()
    paid = {"amount": "10 812", "paid_on": f"{local_day(case, now())}", "reference": "№ 17"}
    assert post(client, case, "pay", amount="10 812").status_code == 422  # whoever types it says the day and the paper
    assert post(client, case, "pay", **paid).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.paid_tenge) == ("paid", 10_812)


def test_a_penalty_outside_the_law_is_refused_in_words(case, inspector):
    client = browser(inspector)
    post(client, case, "protocol", article="koap-437-1", facts="…")
    case.refresh_from_db()
    answer = post(client, case, "decide", penalty="person.first.2")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Case.objects.get(pk=case.pk).state == "protocol"


def test_the_same_payment_document_typed_again_is_said_to_be_known(fined, inspector):
    client = browser(inspector, "en")
    form = {"amount": "1000", "paid_on": f"{local_day(fined, now())}", "reference": "№ 17"}
    for known in (False, True):
        fined.refresh_from_db()
        assert post(client, fined, "pay", **form).status_code == 302
        page = client.get(f"/cases/{fined.pk}/").content.decode()
        assert ("is known already" in page) == known
        assert bool(re.search(r't-note--ok".{,400}The payment was recorded', page, re.S)) != known
    fined.refresh_from_db()
    assert fined.paid_tenge == 1000


def test_the_same_button_pressed_twice_is_one_act(case, inspector):
    client, form = browser(inspector), {"key": "one", "version": case.version, "article": "koap-437-1", "facts": "…"}
    answers = [client.post(f"/cases/{case.pk}/protocol/", form).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Entry.objects.filter(act="case.protocol").count() == 1


def test_who_saw_an_older_version_is_told_so(case, inspector, supervisor):
    form = {"article": "koap-437-1", "facts": "…"}
    assert post(browser(inspector), case, "protocol", **form).status_code == 302
    assert (
        post(browser(supervisor), case, "close", reason="x", closed_for="other").status_code == 409
    )  # the version is the old one


@pytest.mark.parametrize(
    ("typed", "found"), [("437", "koap-437-1"), ("тишин", "koap-437-1"), ("тыныштық", "koap-437-1")]
)
def test_an_article_is_found_by_number_and_by_words(case, inspector, typed, found):
    answer = browser(inspector).get(f"/cases/{case.pk}/articles/", {"q": typed}).content.decode()
    assert f'value="{found}"' in answer


def test_a_crew_is_offered_no_decision(case, patrol):
    actions.draw_protocol(patrol, case, article="koap-437-1", facts="…")
    case.refresh_from_db()
    assert 'id="h-decide"' not in browser(patrol).get(f"/cases/{case.pk}/").content.decode()
    assert post(browser(patrol), case, "decide", penalty="person.first.1").status_code == 403


def test_the_list_is_filtered_by_state_and_turned_by_pages(case, inspector, persona, monkeypatch):
    monkeypatch.setattr("tartip.cases.pages.PER_PAGE", 1)
    other = opened(persona("operator"))
    client = browser(inspector)
    pages = [client.get("/cases/", {"state": "opened", "page": n}).content.decode() for n in (1, 2)]
    assert sum(str(case.pk) in page for page in pages) == sum(str(other.pk) in page for page in pages) == 1
    assert str(case.pk) not in client.get("/cases/", {"state": "paid"}).content.decode()


def test_the_api_does_the_same_acts(case, inspector):
    client = browser(inspector)
    send = lambda name, body: client.post(f"/api/v1/case/{case.pk}/acts/{name}", body, content_type="application/json")  # noqa: E731
    assert send("protocol", {"article": "koap-437-1", "facts": "…"}).json()["state"] == "protocol"
    assert send("decide", {"kind": "arrest"}).status_code == 422
    assert send("decide", {"kind": "fine"}).json()["record"]["amount_tenge"] == 21_625
    assert client.get(f"/api/v1/cases/{case.pk}").json()["acts"] == ["case.hand_over", "case.pay"]


@pytest.mark.parametrize("body", [None, {}, {"at": None}], ids=["no body", "empty", "not said"])
def test_the_hand_over_needs_no_body_and_takes_the_day_it_was(case, inspector, body):
    client = browser(inspector)
    send = lambda name, body: client.post(f"/api/v1/case/{case.pk}/acts/{name}", body, content_type="application/json")  # noqa: E731
    send("protocol", {"article": "koap-437-1", "facts": "…"})
    send("decide", {"kind": "fine"})
    address = f"/api/v1/case/{case.pk}/acts/hand_over"
    answer = client.generic("POST", address) if body is None else send("hand_over", body)
    assert (answer.status_code, answer.json()["state"]) == (200, "handed_over")


def test_handed_over_three_days_ago_and_recorded_today_the_terms_run_from_that_day(case, inspector):
    """Field case 24."""
    client = browser(inspector)
    with clock(now() - timedelta(days=5)):
        draw_protocol(inspector, case, article="koap-437-1", facts="…")
        decide(inspector, case, kind="fine")
    at = now() - timedelta(days=3)
    body = {"at": at.isoformat()}
    assert (
        client.post(f"/api/v1/case/{case.pk}/acts/hand_over", body, content_type="application/json").status_code == 200
    )
    for rule in ("koap-826.2-complain", "koap-811-discount"):
        assert Clock.objects.get(subject=case.pk, rule=rule).started_at == at


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_history_of_a_case_shows_the_words_of_a_button(fined, inspector, language):
    """The card of the inspector and the receipt of the citizen tell what happened, in the past tense."""
    fined.refresh_from_db()
    pages = [
        browser(inspector, language).get(f"/cases/{fined.pk}/").content.decode(),
        stranger(language).get(f"/r/{fined.receipt}/").content.decode(),
    ]
    for page in pages:
        history = re.search(r'<ol class="t-acts">.*?</ol>', page, re.S)[0]
        for code in ("case.open", "case.protocol", "case.decide", "case.hand_over"):
            act = ACTS[code]
            assert act.done[language] in history
            assert act.names[language] not in history
