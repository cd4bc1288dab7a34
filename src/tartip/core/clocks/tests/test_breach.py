"""A missed deadline is seen; a right that a person let pass is no breach."""

from __future__ import annotations

from datetime import timedelta

from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.time import now
from tartip.operations.incidents.actions import open_incident


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
