"""The pages of those who work on cases, each tried by Charlie of Kostanay too."""

from __future__ import annotations

import uuid

import pytest

from tartip.cases.models import Case
from tartip.cases.tests.made import browser, opened, stranger
from tartip.core.journal.models import Entry


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
    assert client.get("/api/v1/cases").json() == []


def test_without_a_log_in_every_page_leads_to_it(case):
    for address in ("/cases/", f"/cases/{case.pk}/", f"/cases/{case.pk}/articles/"):
        answer = stranger().get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


def test_an_inspector_takes_a_case_from_protocol_to_payment(case, inspector):
    client = browser(inspector)
    assert post(client, case, "protocol", article="koap-437-1", facts="Музыка после 23:00.").status_code == 302
    case.refresh_from_db()
    card = client.get(f"/cases/{case.pk}/").content.decode()
    assert 'value="person.first.fine"' in card
    assert 'value="person.again.fine"' in card
    assert ".arrest" not in card  # the law does not allow it for noise
    assert post(client, case, "decide", penalty="person.first.fine").status_code == 302
    case.refresh_from_db()
    assert post(client, case, "hand_over").status_code == 302
    case.refresh_from_db()
    assert post(client, case, "pay", amount="10 812").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.paid_tenge) == ("paid", 10_812)


def test_a_penalty_outside_the_law_is_refused_in_words(case, inspector):
    client = browser(inspector)
    post(client, case, "protocol", article="koap-437-1", facts="…")
    case.refresh_from_db()
    answer = post(client, case, "decide", penalty="person.first.arrest")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Case.objects.get(pk=case.pk).state == "protocol"


def test_the_same_button_pressed_twice_is_one_act(case, inspector):
    client, form = browser(inspector), {"key": "one", "version": case.version, "article": "koap-437-1", "facts": "…"}
    answers = [client.post(f"/cases/{case.pk}/protocol/", form).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Entry.objects.filter(act="case.protocol").count() == 1


def test_who_saw_an_older_version_is_told_so(case, inspector, supervisor):
    form = {"article": "koap-437-1", "facts": "…"}
    assert post(browser(inspector), case, "protocol", **form).status_code == 302
    assert post(browser(supervisor), case, "close", reason="x").status_code == 409  # the version is the old one


@pytest.mark.parametrize(
    ("typed", "found"), [("437", "koap-437-1"), ("тишин", "koap-437-1"), ("тыныштық", "koap-437-1")]
)
def test_an_article_is_found_by_number_and_by_words(case, inspector, typed, found):
    answer = browser(inspector).get(f"/cases/{case.pk}/articles/", {"q": typed}).content.decode()
    assert f'value="{found}"' in answer


def test_a_crew_is_offered_no_decision(case, inspector, patrol):
    post(browser(inspector), case, "protocol", article="koap-437-1", facts="…")
    case.refresh_from_db()
    assert 'id="h-decide"' not in browser(patrol).get(f"/cases/{case.pk}/").content.decode()
    assert post(browser(patrol), case, "decide", penalty="person.first.fine").status_code == 403


def test_the_list_is_filtered_by_state_and_turned_by_pages(case, inspector, persona, monkeypatch):
    monkeypatch.setattr("tartip.cases.pages.PER_PAGE", 1)
    other = opened(persona("operator"))
    client = browser(inspector)
    pages = [client.get("/cases/", {"state": "opened", "page": n}).content.decode() for n in (1, 2)]
    assert sum(str(case.pk) in page for page in pages) == sum(str(other.pk) in page for page in pages) == 1
    assert str(case.pk) not in client.get("/cases/", {"state": "paid"}).content.decode()


def test_the_api_does_the_same_acts(case, inspector):
    client = browser(inspector)
    send = lambda name, body: client.post(f"/api/v1/cases/{case.pk}/{name}", body, content_type="application/json")  # noqa: E731
    assert send("protocol", {"article": "koap-437-1", "facts": "…"}).json()["state"] == "protocol"
    assert send("decide", {"kind": "arrest"}).status_code == 422
    assert send("decide", {"kind": "fine"}).json()["amount_tenge"] == 21_625
    assert client.get(f"/api/v1/cases/{case.pk}").json()["acts"] == ["case.hand_over"]
