"""A missed deadline is seen; a right that a person let pass is no breach."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection

from tartip.core import law
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.registers import guard
from tartip.core.time import clock as time_is, now
from tartip.operations.incidents.actions import close_incident, open_incident
from tartip.server.database_roles import as_owner


def test_an_incident_without_a_unit_breaches_once(db, dispatcher):
    incident = open_incident(dispatcher, territory="750000000", kind_code="fight")
    clock = Clock.objects.get(subject=incident.pk)
    assert breach_due(now()) == 0
    # ops-dispatch-2 is 180 seconds
    late = clock.started_at + timedelta(seconds=181)
    assert breach_due(late) == 1
    assert breach_due(late) == 0
    entry = Entry.objects.get(act="clock.breach")
    clock.refresh_from_db()
    assert (entry.subject, entry.ground, clock.breached_by, clock.state) == (
        incident.pk, "ops-dispatch-2", entry.pk, "running",
    )  # fmt: skip


def test_a_duty_that_an_act_ended_too_late_is_missed_even_if_no_background_process_saw_it(db, dispatcher):
    """The process that looks for missed terms may have been down; the act that stops the clock writes the breach."""
    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    started = Clock.objects.get(subject=incident.pk)
    with time_is(started.due_at + timedelta(seconds=1)):
        close_incident(dispatcher, incident, outcome="settled")
        assert breach_due() == 0
    entry = Entry.objects.get(act="clock.breach", subject=incident.pk)
    started.refresh_from_db()
    assert (started.state, started.breached_by) == ("stopped", entry.pk)
    assert audit().clean


def test_a_citizens_term_that_an_act_ends_after_its_end_has_lapsed(db, dispatcher, inspector):
    from tartip.cases import actions as cases

    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    case = cases.open_case(inspector, incident=incident)
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    cases.decide(inspector, case, kind="fine")
    cases.hand_over(inspector, case)
    discount = Clock.objects.get(subject=case.pk, rule="koap-811-discount")
    with time_is(discount.due_at + timedelta(seconds=1)):
        cases.pay(inspector, case, amount_tenge=case.amount_tenge)
    discount.refresh_from_db()
    lapse = Entry.objects.get(act="clock.lapse", subject=case.pk, ground="koap-811-discount")
    assert (discount.state, discount.stopped_at, discount.stopped_by) == ("stopped", discount.due_at, lapse.pk)
    assert audit().clean


def test_a_citizens_term_lapses_without_blame(db, dispatcher, inspector):
    from tartip.cases import actions as cases

    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    case = cases.open_case(inspector, incident=incident)
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    cases.decide(inspector, case, kind="fine")
    cases.hand_over(inspector, case)
    breach_due(now() + timedelta(days=60))
    lapsed = Entry.objects.filter(act="clock.lapse", subject=case.pk).values_list("ground", flat=True)
    assert set(lapsed) == {"koap-826.2-complain", "koap-811-discount"}
    assert not Clock.objects.filter(subject=case.pk, state="running").exists()


def test_one_bad_clock_is_put_aside_and_reported_and_the_others_go_on(db, dispatcher, monkeypatch, caplog):
    """A rule that is gone from the tables: its clock is kept out of later passes, the rest is judged."""
    from tartip.core.clocks import breach

    bad, good = (open_incident(dispatcher, territory="750000000", kind_code="fight") for _ in range(2))
    real = breach.is_duty

    def is_duty(clock):
        if clock.subject == bad.pk:
            raise law.MissingEdition(clock.rule, clock.edition)
        return real(clock)

    monkeypatch.setattr(breach, "is_duty", is_duty)
    late = now() + timedelta(seconds=200)
    breach_due(late)
    assert list(Entry.objects.filter(act="clock.breach").values_list("subject", flat=True)) == [good.pk]
    aside = Clock.objects.get(subject=bad.pk)
    assert "MissingEdition" in aside.set_aside
    assert str(aside.pk) in caplog.text
    assert breach_due(late) == 0
    # The table is mended: the clock is judged again.
    monkeypatch.setattr(breach, "is_duty", real)
    assert breach.take_back() == 1
    assert breach_due(late) == 1


@pytest.mark.parametrize("wrong", [ZeroDivisionError("x"), KeyError("rule"), ValueError("bad")])
def test_an_exception_of_any_kind_in_one_clock_stops_no_other(db, dispatcher, monkeypatch, wrong):
    from tartip.core.clocks import breach

    incidents = [open_incident(dispatcher, territory="750000000", kind_code="fight") for _ in range(5)]
    real = breach.rule_of

    def rule_of(clock):
        if clock.subject == incidents[2].pk:
            raise wrong
        return real(clock)

    monkeypatch.setattr(breach, "rule_of", rule_of)
    breach_due(now() + timedelta(seconds=200))
    assert Entry.objects.filter(act="clock.breach").count() == 4
    assert Clock.objects.exclude(set_aside="").count() == 1


def test_a_clock_with_a_moment_no_program_reads_stops_no_other(committed, dispatcher):
    """Only its owner can bring such a row into the database; all other clocks go on, and it is put aside."""
    from tartip.core.clocks import breach

    odd, other = (open_incident(dispatcher, territory="750000000", kind_code="fight") for _ in range(2))
    late = now() + timedelta(seconds=200)
    try:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE clocks_clock DROP CONSTRAINT {guard.READABLE}")
            cursor.execute("SELECT set_config('tartip.act', %s, false)", (f"x:{odd.pk}",))
            cursor.execute("UPDATE clocks_clock SET due_at = '-infinity' WHERE subject = %s", (odd.pk,))
        breach_due(late)
        assert set(Entry.objects.filter(act="clock.breach").values_list("subject", flat=True)) == {other.pk}
        assert Clock.objects.exclude(set_aside="").values_list("subject", flat=True)[0] == odd.pk
        assert breach.take_back() >= 1
    finally:
        with as_owner():
            guard.install()
    # Now the constraint refuses to put it aside, too: it is logged, and still no other clock waits.
    later = open_incident(dispatcher, territory="750000000", kind_code="fight")
    breach_due(late + timedelta(seconds=200))
    assert Entry.objects.filter(act="clock.breach", subject=later.pk).exists()


def test_trouble_of_the_database_is_raised_and_puts_no_clock_aside(db, dispatcher, monkeypatch):
    from tartip.core.clocks import breach

    open_incident(dispatcher, territory="750000000", kind_code="fight")

    def lost(clock):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(breach, "is_duty", lost)
    with pytest.raises(OperationalError):
        breach_due(now() + timedelta(seconds=200))
    assert not Clock.objects.exclude(set_aside="").exists()


def test_a_corrected_first_day_of_an_edition_does_not_stop_the_background_process(db, dispatcher, monkeypatch):
    """The clock keeps 2020-01-01; the table now says 2020-02-01: that edition is followed, and the entry says so."""
    from tartip.core.clocks import editions
    from tartip.core.law.edition import Timeline

    incident = open_incident(dispatcher, territory="750000000", kind_code="fight")
    rows = law.deadlines().rows["ops-dispatch-2"]
    corrected = Timeline([("ops-dispatch-2", dataclasses.replace(rows[0], valid_from=date(2020, 2, 1)))])
    monkeypatch.setattr(law, "deadlines", lambda: corrected)
    editions._followed.cache_clear()
    assert breach_due(now() + timedelta(seconds=200)) == 1
    editions._followed.cache_clear()
    entry = Entry.objects.get(act="clock.breach", subject=incident.pk)
    assert json.loads(entry.content.body)["clock"]["edition_followed"] == "2020-02-01"


def test_the_console_shows_a_term_whose_edition_was_corrected(db, dispatcher, monkeypatch):
    from tartip.cases.tests.made import browser
    from tartip.core.clocks import editions
    from tartip.core.law.edition import Timeline

    open_incident(dispatcher, territory="750000000", kind_code="fight")
    rows = {key: [dataclasses.replace(row, valid_from=date(2099, 1, 1)) for row in group]
            for key, group in law.deadlines().rows.items()}  # fmt: skip
    corrected = Timeline((key, row) for key, group in rows.items() for row in group)
    monkeypatch.setattr(law, "deadlines", lambda: corrected)
    editions._followed.cache_clear()
    answer = browser(dispatcher).get("/console/")
    editions._followed.cache_clear()
    assert answer.status_code == 200


@pytest.mark.parametrize("field", ["article", "unheard_of"])
def test_a_stop_judged_by_something_that_is_no_moment_is_refused_at_the_start(monkeypatch, field):
    from dataclasses import replace

    from tartip.core.acts.declare import ACTS
    from tartip.core.clocks.checks import clocks_fit_the_tables
    from tartip.core.clocks.declared import Clocks

    assert clocks_fit_the_tables() == []
    wrong = replace(ACTS["case.hand_over"], clocks=Clocks(stops={"koap-823-hand-over": field}))
    monkeypatch.setitem(ACTS, "case.hand_over", wrong)
    assert [error.id for error in clocks_fit_the_tables()] == ["clocks.E009"]
