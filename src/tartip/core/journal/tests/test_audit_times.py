"""The audit where clocks of machines were wrong, or terms were moved: noted, and no difference where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.made import decide
from tartip.cases.access import holder_of
from tartip.cases.tests.made import handed_over
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.journal.audit import audit
from tartip.core.journal.sealing import seal
from tartip.core.journal.tests.test_audit import ALMATY, behind
from tartip.core.time import clock as time_is, now
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions
from tartip.operations.units import actions as units
from tartip.server.commands import main


@pytest.mark.parametrize("ahead", [0.5, 60])
def test_a_clock_that_steps_back_between_two_acts_is_no_finding(committed, dispatcher, supervisor, ahead):
    """Opened by a machine half a second ahead, sent by another: acts are replayed by version, not by wall clock."""
    unit = units.begin_duty(supervisor, units.enter_unit(supervisor, territory=ALMATY, callsign="A-7", crew=2))
    with time_is(now() + timedelta(seconds=ahead)):
        incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise", priority=2)
        breach_due(now() + timedelta(hours=1))
    dispatch.acknowledge(dispatcher, dispatch.send_unit(dispatcher, incident, unit))
    assert audit().findings == []


@pytest.mark.parametrize("sealed_ahead", [False, True], ids=["an entry ahead", "a seal ahead"])
def test_a_clock_that_was_wrong_and_set_right_is_noted_and_never_a_difference(committed, dispatcher, sealed_ahead):
    """A page server's clock was ten minutes ahead, or the sealing process's too: nobody can heal that afterwards."""
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    with time_is(now() + timedelta(minutes=10)):
        actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
        if sealed_ahead:
            seal()
    if not sealed_ahead:
        seal()
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    with time_is(now() + timedelta(days=1)):
        found = audit()
    assert found.findings == []
    assert len(found.notes) == 1
    assert "a wall clock was wrong then, or the moment was changed" in found.notes[0]


def test_a_seal_that_alone_was_ahead_is_noted_and_no_difference(incident, dispatcher):
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    with time_is(now() + timedelta(minutes=10)):
        seal()
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    seal()
    with time_is(now() + timedelta(days=1)):
        found = audit()
    assert found.findings == []
    assert "is said to be made after that of" in found.notes[0]


def test_checkpoints_whose_moment_was_changed_are_noted(incident, capsys):
    behind("UPDATE journal_checkpoint SET made_at = made_at - interval '100 days'")
    assert main(["audit"]) == 0
    assert "NOTE the checkpoint of" in (said := capsys.readouterr().out)
    assert "is said to be made before its entries" in said


def test_checkpoints_that_name_none_before_them_are_noted(incident, dispatcher):
    """As versions of before did; and as somebody leaves them who then takes one away."""
    assert audit().notes == []
    behind("UPDATE journal_checkpoint SET previous = NULL")
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    newest = seal().size - 1
    found = audit()
    assert found.findings == []
    assert [note.partition(",")[0] for note in found.notes] == [f"no checkpoint up to that of {newest} entries"]


@pytest.mark.parametrize("ahead", [0.5, 60])
def test_an_appeal_is_decided_and_audited_though_the_clock_stepped_back(committed, persona, inspector, ahead):
    """Its terms were paused at a moment that lies ahead of the decision: the pause then has no length."""
    with time_is(now() + timedelta(seconds=ahead)):
        case = handed_over(persona("operator"), inspector)
        due = Clock.objects.get(subject=case.pk, rule="koap-811-discount").due_at
        appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30, есть видео.")
    decide(persona("prosecutor"), appeal, result="left", reasons="x")
    paused = Clock.objects.get(subject=case.pk, rule="koap-811-discount")
    assert (paused.state, paused.due_at) == ("running", due)
    recount(now() + timedelta(minutes=2))
    assert Clock.objects.exclude(set_aside="").count() == 0
    assert audit().findings == []


def test_a_term_moved_between_two_acts_is_replayed_between_them(committed, persona, inspector, monkeypatch):
    """The move came before the pause, whatever the wall clock of its entry says."""
    with time_is(datetime(2026, 9, 9, 5, tzinfo=UTC)):
        case = handed_over(persona("operator"), inspector)
        decree(monkeypatch, off="2026-09-14", work="2026-12-19")
        with time_is(now() + timedelta(days=2)):
            assert recount() >= 1
    with time_is(datetime(2026, 9, 10, 5, tzinfo=UTC)):
        appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30, есть видео.")
        decide(persona("prosecutor"), appeal, result="left", reasons="x")
    assert audit().findings == []
