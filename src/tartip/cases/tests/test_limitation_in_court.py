"""While the case is with the court the limitation waits for the court's own term, and no longer."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tartip.cases import actions as cases
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.terms import _over, limitation_of, limitation_over
from tartip.cases.tests.made import browser, opened
from tartip.cases.tests.test_limitation import MARCH, at, limits
from tartip.core.acts import TermOver
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.law import pauses
from tartip.core.registers.register import utc_text
from tartip.core.time import clock, now


@pytest.fixture
def in_court(persona):
    """The offence of Monday, 2 March; two months end with 2 May. The judge received the case on Thursday, 30 April."""
    with clock(MARCH):
        inspector, _judge, case = persona("inspector"), persona("judge"), opened(persona("operator"))
        cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    with clock(MARCH + timedelta(days=59)):
        return cases.send_to_court(inspector, case)


def test_the_limitation_waits_for_the_courts_own_term(in_court, persona):
    """Fifteen working days without 1, 7 and 11 May end with the 26th; two days were left, so it ends with the 28th."""
    judge, court = persona("judge"), Clock.objects.get(subject=in_court.pk, rule="koap-829.5-decide")
    assert local_day(in_court, court.due_at) == date(2026, 5, 26)
    assert local_day(in_court, limits(in_court).due_at) == date(2026, 5, 28)
    with clock(MARCH + timedelta(days=67)):
        breach_due()
        page = browser(judge, "en").get(f"/cases/{in_court.pk}/").content.decode()
        assert "waits, while the case is with the court" in page
        assert 'value="limitation"' not in page
        body = {"option": 1, "item": "салют"}
        answer = browser(judge).post(f"/api/v1/case/{in_court.pk}/acts/decide", body, "application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "decided")
        breach_due()
    assert not Clock.objects.filter(subject=in_court.pk, rule="koap-62-limitation", breached_by__isnull=False).exists()
    assert audit().findings == []


@pytest.mark.parametrize(("day", "over"), [(87, False), (88, True)])
def test_after_the_courts_own_term_the_limitation_runs_on_by_itself(in_court, persona, day, over):
    """Day 87 is the 28th of May."""
    judge = persona("judge")
    with clock(MARCH + timedelta(days=day)):
        assert limitation_over(in_court, now()) is over
        page = browser(judge, "en").get(f"/cases/{in_court.pk}/").content.decode()
        assert ('value="limitation"' in page, "waits, while" in page) == (over, False)
        with pytest.raises(TermOver) if over else nullcontext():
            cases.decide(judge, in_court, option=1, item="салют")
    assert audit().findings == []


@pytest.mark.parametrize(
    ("off", "work", "court", "limit"),
    [
        ("2026-05-21", "2026-06-20", date(2026, 5, 28), date(2026, 5, 30)),
        ("2026-06-19", "2026-05-23", date(2026, 5, 25), date(2026, 5, 27)),
    ],
    ids=["a day becomes free", "a day becomes working"],
)
def test_the_limitation_follows_the_courts_own_term_when_a_decree_moves_it(
    in_court, persona, monkeypatch, off, work, court, limit
):
    """The 27th of May is Kurban Ait: a day more of the court's ends with the 28th. Two days were left before."""
    judge = persona("judge")
    with clock(MARCH + timedelta(days=75)):
        decree(monkeypatch, off=off, work=work)
        recount()
        own = Clock.objects.get(subject=in_court.pk, rule="koap-829.5-decide")
        assert (local_day(in_court, own.due_at), local_day(in_court, limits(in_court).due_at)) == (court, limit)
        told = json.loads(Entry.objects.get(act="clock.move", ground="koap-62-limitation").content.body)["clock"]
        assert (told["why"], told["pauses"][0][1]) == ("pause", utc_text(own.due_at))
        assert recount() == 0
        assert audit().findings == []
    with clock(limits(in_court).due_at + timedelta(hours=1)):
        page = browser(judge, "en").get(f"/cases/{in_court.pk}/").content.decode()
        assert 'value="limitation"' in page
    with clock(limits(in_court).due_at - timedelta(hours=1)):
        page = browser(judge, "en").get(f"/cases/{in_court.pk}/").content.decode()
        assert 'value="limitation"' not in page
        cases.decide(judge, in_court, option=1, item="салют")
        breach_due()
    assert audit().findings == []


def test_a_judge_decides_on_the_last_day_a_decree_gave_the_court(persona, monkeypatch):
    """Sent on the last day of the limitation: nothing is left of it when the court's own term is over."""
    with clock(MARCH):
        inspector, judge, case = persona("inspector"), persona("judge"), opened(persona("operator"))
        cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    last = limits(case).due_at
    with clock(last - timedelta(hours=5)):
        cases.send_to_court(inspector, case)
    court = Clock.objects.get(subject=case.pk, rule="koap-829.5-decide")
    with clock(court.due_at - timedelta(days=3)):
        decree(monkeypatch, off="2026-05-21", work="2026-06-20")
        recount()
    court.refresh_from_db()
    with clock(court.due_at - timedelta(hours=6)):
        assert limits(case).due_at == court.due_at
        page = browser(judge, "en").get(f"/cases/{case.pk}/").content.decode()
        assert 'value="limitation"' not in page
        body = {"option": 1, "item": "салют"}
        answer = browser(judge).post(f"/api/v1/case/{case.pk}/acts/decide", body, "application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "decided")
    assert audit().findings == []


@pytest.mark.parametrize("noticed", [False, True], ids=["not noticed yet", "noticed"])
def test_a_term_of_the_court_that_is_over_is_not_given_back_by_a_decree(in_court, persona, monkeypatch, noticed):
    """Over with the 26th of May: what waits for it runs on to the 28th, and nobody is punished on the 29th."""
    judge, court = persona("judge"), Clock.objects.get(subject=in_court.pk, rule="koap-829.5-decide")
    end, limit = court.due_at, limits(in_court).due_at
    with clock(end + timedelta(hours=6)):
        if noticed:
            breach_due()
        decree(monkeypatch, off="2026-05-21", work="2026-06-20")
        assert recount() == 0
        breach_due()
        court.refresh_from_db()
        assert (court.due_at, court.breached_by is None, limits(in_court).due_at) == (end, False, limit)
    with clock(limit + timedelta(hours=11)):
        answer = browser(judge).post(
            f"/api/v1/case/{in_court.pk}/acts/decide", {"option": 1, "item": "салют"}, "application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "act.term_over")
        assert audit().findings == []


def test_a_decree_that_is_entered_on_the_last_day_ends_no_term_yesterday(persona, monkeypatch):
    """Saturday, 23 May was worked: the term ended with the 25th. Nobody knew before the 26th, the last day."""
    with clock(MARCH):
        inspector, judge, case = persona("inspector"), persona("judge"), opened(persona("operator"))
        cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    with clock(limits(case).due_at - timedelta(hours=5)):
        cases.send_to_court(inspector, case)
    end = Clock.objects.get(subject=case.pk, rule="koap-829.5-decide").due_at
    with clock(end - timedelta(hours=10)):
        decree(monkeypatch, off="2026-06-19", work="2026-05-23")
        assert recount() == 0
        assert (limits(case).due_at, limitation_over(case, now())) == (end, False)
        answer = browser(judge).post(
            f"/api/v1/case/{case.pk}/acts/decide", {"option": 1, "item": "салют"}, "application/json"
        )
        assert (answer.status_code, answer.json()["state"]) == (200, "decided")
        breach_due()
    missed = Clock.objects.filter(subject=case.pk, breached_by__isnull=False)
    assert list(missed.values_list("rule", flat=True)) == ["koap-808-send"]
    assert audit().findings == []


@pytest.mark.parametrize("noticed", [False, True], ids=["not noticed yet", "noticed"])
def test_a_limitation_that_is_over_is_not_given_back_by_a_decree(in_court, monkeypatch, noticed):
    end = limits(in_court).due_at
    with clock(end + timedelta(hours=1)):
        if noticed:
            breach_due()
        decree(monkeypatch, off="2026-05-21", work="2026-06-20")
        recount()
        assert limits(in_court).due_at == end
        assert limitation_over(in_court, now())
        assert audit().findings == []


def test_where_the_table_names_no_longest_wait_it_waits_until_the_court_decides(case, inspector, persona, monkeypatch):
    endless = tuple(replace(row, longest="") for row in pauses.pauses())
    monkeypatch.setattr(pauses, "pauses", lambda: endless)
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    cases.send_to_court(inspector, case)
    with at(440):
        breach_due()
        assert not limitation_over(case, now())
        cases.decide(persona("judge"), case, option=1, item="салют")
    assert not limitation_over(case, now())
    assert audit().findings == []


def test_a_subject_with_a_shorter_limitation_had_only_that_one(case, inspector, persona):
    """A month was over before the case went to the court: the pause gives nothing back. Older protocols name nobody."""
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    with at(57):
        cases.send_to_court(inspector, case)
    case.penalty_subject = None
    with at(60):
        assert terms_over(case, "minor")
        assert not terms_over(case, "person")


def terms_over(case, subject):
    found = limitation_of(case, subject)
    return _over(case, [(found.rule_key, found.basis)], now())


def test_what_is_over_when_it_is_sent_stays_over(case, inspector):
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    with at(70), pytest.raises(TermOver):
        cases.send_to_court(inspector, case)


def test_where_the_table_names_no_pause_the_limitation_runs_on(case, inspector, persona, monkeypatch):
    monkeypatch.setattr(pauses, "pauses", tuple)
    judge = persona("judge")
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    cases.send_to_court(inspector, case)
    with at(70):
        breach_due()
        page = browser(judge).get(f"/cases/{case.pk}/").content.decode()
        assert 'value="limitation"' in page
        version = Case.objects.get(pk=case.pk).version
        form = {"version": version, "reason": "Срок вышел.", "closed_for": "limitation", "key": "c"}
        assert browser(judge).post(f"/cases/{case.pk}/close/", form).status_code == 302
    assert Case.objects.get(pk=case.pk).closed_for == "limitation"
