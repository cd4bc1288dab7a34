"""1 January: the base rate of the new year is not entered. People read a sentence, the lawyer gets a task."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tartip.appeals.actions import file_appeal
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.tests.made import browser, seal_all, stranger
from tartip.core import law
from tartip.core.acts import system
from tartip.core.gaps import queries
from tartip.core.gaps.models import Gap
from tartip.core.journal.models import Entry
from tartip.core.law import rates
from tartip.core.people.models import Account
from tartip.core.people.personas import PERSONAS, make
from tartip.core.time import clock as time_is
from tartip.operations.incidents.actions import open_incident
from tartip.web.tests.forms import Page

NEW_YEAR = datetime(2027, 1, 2, 6, 0, tzinfo=UTC)
SENTENCE = {
    "ru": "МРП 2027 года ещё не внесён",
    "kk": "2027 жылғы АЕК әлі енгізілмеген",
    "en": "The base rate (MCI) of 2027 is not entered yet",
}


@pytest.fixture
def people(db):
    """Every persona, appointed on the day itself."""
    with time_is(NEW_YEAR - timedelta(hours=1)):
        yield {persona.username: make(persona) for persona in PERSONAS}


@pytest.fixture
def cases_of_two_years(people):
    """One opened and decided in 2026, one opened on 2 January 2027 with its protocol drawn."""
    inspector, made = people["inspector"], []
    for moment in (NEW_YEAR - timedelta(days=10), NEW_YEAR):
        with time_is(moment):
            incident = open_incident(people["dispatcher"].saying(at=moment), territory="750000000", kind_code="noise")
            case = cases.open_case(inspector, incident=incident, offence_at=moment - timedelta(hours=2))
            cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
            made.append(case)
    with time_is(NEW_YEAR - timedelta(days=9)):
        cases.decide(inspector, made[0], kind="fine")
        cases.hand_over(inspector, made[0])
    return made


def test_no_page_that_prices_a_fine_is_an_error_page_after_new_year(people, cases_of_two_years):
    old, new = cases_of_two_years
    seal_all()
    with time_is(NEW_YEAR):
        for case in (old, new):
            assert stranger().get(f"/r/{case.receipt}/").status_code == 200
            assert stranger().get(f"/api/v1/receipts/{case.receipt}").status_code == 200
        for language in ("ru", "kk", "en"):
            client = browser(people["inspector"], language)
            assert client.get("/cases/").status_code == 200
            assert client.get(f"/cases/{old.pk}/").status_code == 200
            card = client.get(f"/cases/{new.pk}/")
            assert card.status_code == 200
            assert SENTENCE[language] in card.content.decode()
            assert client.get("/account/").status_code == 200
        with time_is(NEW_YEAR + timedelta(hours=1)):
            appeal = file_appeal(holder_of(old), old, text="Меня там не было, есть свидетели.")
            reviewer = browser(people["prosecutor"])
            for address in (
                "/appeals/",
                f"/appeals/{appeal.pk}/",
                "/statistics/",
                "/law/gaps/",
                "/rights/",
                "/console/",
            ):
                assert reviewer.get(address).status_code in (200, 403), address
            for address in (f"/a/{appeal.receipt}/", f"/r/{old.receipt}/"):
                assert stranger().get(address).status_code == 200, address
        client = browser(people["inspector"])
        assert client.get("/api/v1/cases").status_code == 200
        assert client.get(f"/api/v1/cases/{new.pk}").status_code == 200
        priced = client.get(f"/api/v1/cases/{new.pk}/penalties").json()
        # A penalty is offered as a whole option; what stands in its way is said beside it.
        assert SENTENCE["ru"] in priced[0]["options"][0]["problem"]
        assert priced[0]["options"][0]["parts"][0]["tenge"] is None


def test_a_fine_of_the_new_year_is_refused_in_a_sentence_by_page_and_api(people, cases_of_two_years):
    _, new = cases_of_two_years
    with time_is(NEW_YEAR):
        client = browser(people["inspector"])
        form = {"key": "k1", "version": new.version, "penalty": "person.first.1"}
        page = client.post(f"/cases/{new.pk}/decide/", form)
        answer = client.post(f"/api/v1/case/{new.pk}/acts/decide", {"kind": "fine"}, content_type="application/json")
    assert page.status_code == 409
    assert SENTENCE["ru"] in page.content.decode()
    assert (answer.status_code, answer.json()["code"]) == (409, "law.missing_base_rate")
    new.refresh_from_db()
    assert new.state == "protocol"


def test_whoever_meets_the_gap_raises_one_task_for_the_lawyer(people, cases_of_two_years):
    _, new = cases_of_two_years
    with time_is(NEW_YEAR):
        client = browser(people["inspector"])
        for _ in range(3):
            client.get(f"/cases/{new.pk}/")
        gap = Gap.objects.get(table="base_rates")
        assert (gap.key, gap.missing_from, gap.state) == ("mci", date(2027, 1, 1), "open")
        assert Entry.objects.filter(act="law.gap_found", subject=gap.pk).count() == 1
        page = browser(people["administrator"]).get("/law/gaps/")
        assert page.status_code == 200
        assert "МРП" in page.content.decode()
        assert "2027-01-01" in page.content.decode()


def test_the_task_is_there_a_month_before_the_year_turns(people):
    queries.look_for_gaps(datetime(2026, 11, 27, tzinfo=UTC))
    assert not Gap.objects.filter(table="base_rates").exists()
    queries.look_for_gaps(datetime(2026, 12, 2, tzinfo=UTC))
    assert Gap.objects.filter(table="base_rates", state="open").count() == 1
    assert queries.look_for_gaps(datetime(2026, 12, 3, tzinfo=UTC)) == 0


def test_a_penalty_that_ended_without_a_successor_is_a_task_too(people):
    """КоАП 438 was raised in 2025, its new amount was not found: the table has no row after 31 August."""
    queries.look_for_gaps(datetime(2026, 6, 1, tzinfo=UTC))
    found = Gap.objects.get(table="penalties", key="koap-438-1 person")
    assert found.missing_from == date(2025, 9, 1)


def test_the_task_closes_by_itself_when_the_row_is_entered(people, monkeypatch):
    queries.look_for_gaps(NEW_YEAR)
    row = law.base_rate(date(2026, 12, 31))
    edition = row.edition.__class__
    entered = rates.BaseRate(
        tenge=4_500,
        edition=edition(
            **{name: getattr(row.edition, name) for name in edition.__slots__}
            | {"valid_from": date(2027, 1, 1), "valid_to": date(2027, 12, 31)}
        ),
    )
    rows = [*rates.rates().rows["mci"], entered]
    monkeypatch.setattr(queries, "rates", lambda: queries.Timeline(("mci", row) for row in rows))
    assert queries.look_for_gaps(NEW_YEAR) == 1
    assert Gap.objects.get(table="base_rates").state == "entered"


def test_a_lawyer_closes_a_task_with_a_reason_and_nobody_else_does(people):
    queries.look_for_gaps(NEW_YEAR)
    gap = Gap.objects.get(table="penalties", key="koap-438-3 parent")
    for name in ("inspector", "judge", "dispatcher"):
        with time_is(NEW_YEAR):
            client = browser(people[name])
            assert client.get("/law/gaps/").status_code == 403
            assert client.post(f"/law/gaps/{gap.pk}/dismiss/", {"reason": "x"}).status_code == 404
    with time_is(NEW_YEAR):
        client = browser(people["analyst"])
        client.post(f"/law/gaps/{gap.pk}/dismiss/", {"reason": " ", "version": gap.version})
        refused = client.post(f"/law/gaps/{gap.pk}/dismiss/", {"reason": "x", "version": gap.version})
        page = Page(refused.content.decode())
        assert refused.status_code == 422
        assert page.said_at_its_field("скажите в 10–1\u00a0000 знаках", f"/law/gaps/{gap.pk}/dismiss/", "reason")
        assert page.by_id(f"reason-{gap.pk}").attrs["value"] == "x"
        assert client.get(f"/law/gaps/{gap.pk}/dismiss/").url == "/law/gaps/"
        assert browser(people["judge"]).get(f"/law/gaps/{gap.pk}/dismiss/").status_code == 404
        gap.refresh_from_db()
        assert gap.state == "open"
        client.post(f"/law/gaps/{gap.pk}/dismiss/", {"reason": "Часть исключена", "version": gap.version, "key": "k"})
        gap.refresh_from_db()
        assert gap.state == "dismissed"
        assert queries.look_for_gaps(NEW_YEAR) == 0
        page = client.get("/law/gaps/").content.decode()
        assert "Часть исключена" in page
        assert Account.objects.get(username="analyst").display_name in page.split('id="settled-caption"')[1]


def test_the_list_names_the_terms_that_were_put_aside(people, db):
    from tartip.core.clocks.breach import put_aside
    from tartip.core.clocks.models import Clock

    with time_is(NEW_YEAR):
        open_incident(people["dispatcher"], territory="750000000", kind_code="fight")
        put_aside(Clock.objects.get(), KeyError("no such rule"))
        assert "no such rule" in browser(people["administrator"]).get("/law/gaps/").content.decode()


def test_a_stranger_is_led_to_the_log_in(db):
    assert stranger().get("/law/gaps/").status_code == 302


def test_noticing_never_fails(db, monkeypatch):
    def broken(*_):
        raise RuntimeError("no table")

    monkeypatch.setattr(queries, "look_for_gaps", broken)
    queries.notice(law.MissingBaseRate("mci", date(2027, 1, 2)))
    queries.notice(ValueError("another"))
    assert system("law").role == "system"


@pytest.mark.parametrize(
    "wrong", [{"version": "9" * 5000}, {"version": "\u00b2"}, {"version": "x"}, {"key": "k" * 101}, {"key": "a\tb"}]
)
def test_a_version_or_key_that_cannot_be_read_is_refused_and_closes_nothing(people, wrong):
    queries.look_for_gaps(NEW_YEAR)
    gap = Gap.objects.get(table="penalties", key="koap-438-3 parent")
    with time_is(NEW_YEAR):
        form = {"reason": "Часть исключена", "version": gap.version, "key": "k", **wrong}
        assert browser(people["analyst"]).post(f"/law/gaps/{gap.pk}/dismiss/", form).status_code == 422
    gap.refresh_from_db()
    assert gap.state == "open"


def test_the_key_of_a_task_stands_for_its_form(people):
    """The same key with another reason is another request: the first answer would lose what it says."""
    queries.look_for_gaps(NEW_YEAR)
    gap = Gap.objects.get(table="penalties", key="koap-438-3 parent")
    with time_is(NEW_YEAR):
        client = browser(people["analyst"])
        form = {"reason": "Часть исключена", "version": gap.version, "key": "k"}
        send = lambda **more: client.post(f"/law/gaps/{gap.pk}/dismiss/", form | more, follow=True)  # noqa: E731
        send()
        assert "Задача закрыта" in send().content.decode()
        assert "Задача закрыта" not in send(reason="Совсем другая причина").content.decode()
