"""An installation that ran an earlier version: its clocks were started when somebody wrote the fact down."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tartip.cases import actions as cases
from tartip.core.acts import TermOver
from tartip.core.clocks import running
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.terms.tests.examples import local
from tartip.core.time import clock as time_is, now
from tartip.operations.incidents.actions import open_incident

OFFENCE, WRITTEN = local("2026-03-31T23:50"), local("2026-05-10T12:00")


@pytest.fixture
def old_case(committed, dispatcher, inspector, monkeypatch):
    """As the earlier version wrote it: the term from the act's time, and an entry that does not say from when."""
    real = running._start

    def start(record, rule, key, _basis, act, entry):
        told, rows = real(record, rule, key, now(), act, entry)
        return {name: value for name, value in told.items() if name not in ("from", "edition")}, rows

    with time_is(WRITTEN):
        incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
        monkeypatch.setattr(running, "_start", start)
        case = cases.open_case(inspector, incident=incident, offence_at=OFFENCE)
        monkeypatch.undo()
    assert Clock.objects.get(subject=case.pk).due_at == local("2026-07-10T23:59:59.999999")
    return case


def test_a_clock_that_an_earlier_version_started_late_is_counted_from_its_basis(old_case):
    assert recount(WRITTEN + timedelta(days=1)) == 1
    clock = Clock.objects.get(subject=old_case.pk)
    assert clock.started_at == OFFENCE
    assert clock.due_at == local("2026-05-31T23:59:59.999999")
    entry = Entry.objects.get(act="clock.move", subject=old_case.pk)
    told = json.loads(entry.content.body)["clock"]
    assert (told["why"], told["was"], told["from"]) == (
        "basis", "2026-07-10T18:59:59.999999Z", "2026-03-31T18:50:00.000000Z",
    )  # fmt: skip
    assert recount(WRITTEN + timedelta(days=2)) == 0
    assert [finding for finding in audit().findings if "clock" in finding] == []


def test_the_mended_limitation_forbids_the_decision(old_case, inspector):
    with time_is(WRITTEN):
        cases.draw_protocol(inspector, old_case, article="koap-437-1", facts="…")
    with time_is(local("2026-06-02T10:00")):
        recount()
        with pytest.raises(TermOver):
            cases.decide(inspector, old_case, kind="fine")


def test_clocks_of_this_version_are_left_alone(committed, dispatcher, inspector):
    with time_is(WRITTEN):
        incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
        cases.open_case(inspector, incident=incident, offence_at=OFFENCE)
    assert recount(WRITTEN) == 0
