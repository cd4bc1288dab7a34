"""After the term the law sets, the act is refused: whoever asks, by whatever path, noticed or not."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from tartip.cases import actions as cases
from tartip.cases.terms import LIMITATIONS
from tartip.cases.tests.made import browser
from tartip.core.acts import Denied, TermOver, open_acts, system
from tartip.core.acts.terms import ended, must_be_within
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.problems import said
from tartip.core.registers.store import guard_setting
from tartip.core.terms.tests.examples import local
from tartip.core.time import clock as time_is, now
from tartip.operations.incidents.actions import open_incident

OFFENCE = local("2026-03-31T23:50")
# Two months from 31 March end with 31 May.
LAST, OVER = local("2026-05-31T23:59"), local("2026-06-01T00:00")


def drawn(dispatcher, inspector, article):
    with time_is(local("2026-05-20T10:00")):
        incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
        found = cases.open_case(inspector, incident=incident, offence_at=OFFENCE)
        return cases.draw_protocol(inspector, found, article=article, facts="…")


@pytest.fixture
def case(db, dispatcher, inspector):
    """A fine, which the police may impose."""
    return drawn(dispatcher, inspector, "koap-440-1")


@pytest.mark.parametrize("noticed", [False, True])
@pytest.mark.parametrize("who", ["inspector", "supervisor", "judge"])
def test_nobody_decides_after_limitation(persona, case, dispatcher, inspector, who, noticed):
    """Inspector, head of shift or judge; with the background process running or dead."""
    last, over = "31 мая 2026 г.", OVER
    if who == "judge":
        # A confiscation is the court's alone: the limitation waits for it.
        case = drawn(dispatcher, inspector, "koap-436-2")
        with time_is(local("2026-05-20T11:00")):
            cases.send_to_court(persona("inspector"), case)
        # It waits for the court's fifteen working days, without 27 May (Kurban Ait): 22 days, until 11 June.
        last, over = "22 июня 2026 г.", local("2026-06-23T00:00")
        assert not ended(LIMITATIONS, case, over - timedelta(minutes=1))
    with time_is(over):
        if noticed:
            assert breach_due() > 0
        with pytest.raises(TermOver) as refused:
            cases.decide(persona(who), case, kind="fine")
    assert refused.value.http_status == 409
    # Names the term and its last day in the reader's language.
    with translation.override("ru"):
        assert said(refused.value).endswith(f": {last} истёк срок «Давность привлечения: общий срок».")


def test_the_system_decides_no_case_either(case):
    with time_is(OVER), pytest.raises((TermOver, Denied)):
        cases.decide(system("cases"), case, kind="fine")


def test_pages_and_api_refuse_a_decision_after_limitation_too(db, dispatcher, inspector):
    # 70 days are more than any two months.
    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    with time_is(now() - timedelta(days=69)):
        case = cases.open_case(inspector, incident=incident, offence_at=now() - timedelta(days=1))
        cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    client, form = (
        browser(inspector),
        {"key": uuid.uuid4().hex, "version": case.version, "penalty": "person.first.1"},
    )
    assert f"/cases/{case.pk}/decide/" not in client.get(f"/cases/{case.pk}/").content.decode()
    page = client.post(f"/cases/{case.pk}/decide/", form)
    answer = client.post(f"/api/v1/case/{case.pk}/acts/decide", {"kind": "fine"}, content_type="application/json")
    assert page.status_code == 409
    assert (answer.status_code, answer.json()["code"]) == (409, "act.term_over")
    assert "case.decide" not in client.get(f"/api/v1/cases/{case.pk}").json()["acts"]
    case.refresh_from_db()
    assert case.state == "protocol"


def test_a_decision_on_the_last_day_is_in_time(case, inspector):
    with time_is(LAST):
        assert "case.decide" in [act.code for act in open_acts(inspector, case)]
        cases.decide(inspector, case, kind="fine")
    assert case.state == "decided"


def test_a_record_without_its_clock_is_judged_by_what_its_acts_would_start(case, inspector):
    """A record from before the clock was declared: the term is computed from the moment it holds."""
    case.pk = new_id()
    assert ended(("koap-62-limitation",), case, LAST) is None
    rule, due = ended(("koap-62-limitation",), case, OVER) or ("", None)
    assert (rule, due) == ("koap-62-limitation", local("2026-05-31T23:59:59.999999"))


def test_a_term_that_an_act_ended_in_time_forbids_nothing(case, inspector):
    with time_is(LAST):
        cases.decide(inspector, case, kind="fine")
    assert ended(("koap-62-limitation",), case, OVER) is None


def test_a_paused_term_stands_still(case):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", [guard_setting("test", case.pk)])
    Clock.objects.filter(subject=case.pk).update(state="paused", paused_at=LAST)
    assert ended(("koap-62-limitation",), case, OVER) is None
    Clock.objects.filter(subject=case.pk).update(paused_at=OVER)
    assert ended(("koap-62-limitation",), case, OVER) is not None


def test_a_term_that_only_the_act_knows_is_kept_too(case):
    """A minor's term is one month: from 31 March it ends with 30 April."""
    must_be_within("case.decide", "koap-71-limitation-minor", case, OFFENCE, local("2026-04-30T23:59"))
    with pytest.raises(TermOver):
        must_be_within("case.decide", "koap-71-limitation-minor", case, OFFENCE, local("2026-05-01T00:00"))


def test_a_term_stopped_too_late_was_over_all_the_same(case):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", [guard_setting("test", case.pk)])
    clocks = Clock.objects.filter(subject=case.pk, rule__startswith="koap-62")
    clocks.update(state="stopped", stopped_at=OVER)
    assert ended(("koap-62-limitation",), case, OVER) is not None
    clocks.update(stopped_at=LAST)
    assert ended(("koap-62-limitation",), case, OVER) is None
