"""Every clock runs from the moment the law names, never from the moment somebody wrote it down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tartip.core import law
from tartip.core.acts import ACTS, Choice, when
from tartip.core.clocks import running
from tartip.core.clocks.checks import clocks_fit_the_tables, moments_are_known, wrong_start
from tartip.core.clocks.declared import Clocks
from tartip.core.clocks.models import Clock
from tartip.core.ids import new_id
from tartip.core.terms.arithmetic import due_at
from tartip.core.terms.errors import MissingMoment
from tartip.core.terms.rules import Sense
from tartip.core.terms.tests.examples import ALMATY, local
from tartip.core.time import clock as time_is, elapsed

# A waiting time ("not before") is asked for its first moment and never runs as a clock.
RULES = [
    rule
    for group in law.deadlines().rows.values()
    for rule in group
    if rule.measurable and rule.sense is not Sense.EARLIEST
]
STARTED = [(code, rule, field) for code, act in ACTS.items() for rule, field in act.clocks.starts.items()]


def test_every_declared_start_fits_the_basis_in_the_tables():
    assert clocks_fit_the_tables() == []
    assert moments_are_known() == []
    assert len(STARTED) > 8


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.key}@{rule.valid_from}")
def test_a_clock_of_every_rule_ends_where_the_arithmetic_from_its_basis_says(rule):
    """Recorded forty days later or at once: the end is the same, and is counted from the basis alone."""
    basis = datetime.combine(rule.valid_from, datetime.min.time(), ALMATY) + timedelta(days=70, hours=23, minutes=50)
    if rule.valid_to:
        basis = min(basis, datetime.combine(rule.valid_to, datetime.min.time(), ALMATY))
    record = SimpleNamespace(pk=new_id(), version=1, territory_id="750000000", basis_moment=basis)
    edition, due = running.term(rule.key, running.moment_of(record, "basis_moment", rule.key), ALMATY)  # type: ignore[arg-type]
    assert edition == rule
    assert due == due_at(rule, basis.astimezone(UTC), ALMATY)
    for late in (timedelta(0), timedelta(days=40)):
        with time_is(basis + late):
            assert running.term(rule.key, running.moment_of(record, "basis_moment", rule.key), ALMATY)[1] == due  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "rule", "field"), STARTED)
def test_each_declared_clock_starts_at_the_field_and_not_at_the_act(code, rule, field, monkeypatch):
    """One start of each act, with a field that lies 40 days before the act."""
    keys = [rule] if isinstance(rule, str) else rule.keys
    basis = local("2026-03-02T10:00")
    for key in keys:
        monkeypatch.setattr(running, "key_of", lambda *_, key=key: key)
        monkeypatch.setattr(running, "register_of", lambda model: SimpleNamespace(name="x"))
        monkeypatch.setattr(running, "zone_of", lambda record: ALMATY)
        record = SimpleNamespace(pk=new_id(), version=1, territory_id="750000000", **{field: basis})
        said, rows = running.apply(
            Clocks(starts={rule: field}), record, act=code, entry=new_id(), at=basis + timedelta(days=40)  # type: ignore[arg-type]
        )  # fmt: skip
        expected = due_at(law.deadline(key, basis.date()), basis, ALMATY)
        assert (rows[0].params[6], rows[0].params[7]) == (basis, expected)
        assert said["started"][0]["from"] == "2026-03-02T05:00:00.000000Z"


def test_a_start_from_the_wrong_moment_is_refused_at_start_up():
    case = ACTS["case.open"].model
    (error,) = wrong_start("case.open", case, "koap-62-limitation", "opened_at")
    assert error.id == "clocks.E005"
    assert "koap-62-limitation" in error.msg
    assert "occurred_at" in error.msg


def test_every_member_of_a_family_is_compared(monkeypatch):
    incident = ACTS["incident.open"].model
    family = Choice(("ops-dispatch-1", "ops-arrive-2"), lambda record: "ops-dispatch-1")
    (error,) = wrong_start("incident.open", incident, family, "waiting_since")
    assert "ops-arrive-2" in error.msg


def test_an_unknown_rule_a_rule_without_length_and_an_unnamed_choice_are_refused():
    case = ACTS["case.open"].model
    assert [e.id for e in wrong_start("x", case, "koap-62-nothing", "offence_at")] == ["clocks.E003"]
    assert [e.id for e in wrong_start("x", case, "koap-806-draw", "offence_at")] == ["clocks.E004"]
    assert [e.id for e in wrong_start("x", case, lambda case: "koap-62", "offence_at")] == ["clocks.E002"]  # type: ignore[arg-type]
    assert [e.id for e in wrong_start("x", case, "koap-62-limitation", "article")] == ["clocks.E001"]
    with pytest.raises(TypeError):
        Clocks(starts=["koap-62-limitation"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not among the rules"):
        Choice(("a",), lambda record: "b")(None)


def test_a_term_whose_moment_is_not_known_is_not_guessed():
    rule = when(lambda record: True, "koap-811-discount")
    record = SimpleNamespace(pk=new_id(), version=1, territory_id="750000000", handed_over_at=None)
    clocks = Clocks(starts={rule: "handed_over_at"})
    with pytest.raises(MissingMoment):
        running.apply(clocks, record, act="x", entry=new_id(), at=local("2026-03-02T10:00"))  # type: ignore[arg-type]


@pytest.mark.parametrize("opened", ["2026-04-01T00:30", "2026-05-10T12:00"])
def test_limitation_runs_from_the_offence_however_late_the_case_is_opened(db, dispatcher, inspector, opened):
    """Field case 2: offence on 31 March 23:50; two months end with 31 May (КоАП ст. 62, 739)."""
    from tartip.cases.actions import open_case
    from tartip.operations.incidents.actions import open_incident

    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    with time_is(local(opened)):
        case = open_case(inspector, incident=incident, offence_at=local("2026-03-31T23:50"))
    clock = Clock.objects.get(subject=case.pk)
    assert clock.started_at == local("2026-03-31T23:50")
    assert clock.due_at == local("2026-05-31T23:59:59.999999")


def test_complaint_and_discount_run_from_the_hand_over_not_from_its_recording(db, dispatcher, inspector):
    """Field case 24: handed over three days before it was recorded."""
    from tartip.cases import actions as cases
    from tartip.operations.incidents.actions import open_incident

    # Thursday 5 March. Seven working days: 6 10 11 12 13 16 17; ten: … 18 19 20 (9 March is free for Sunday the 8th).
    handed = local("2026-03-05T11:00")
    with time_is(local("2026-03-04T10:00")):
        incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
        case = cases.open_case(inspector, incident=incident)
        cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
        cases.decide(inspector, case, kind="fine")
    with time_is(handed + timedelta(days=3)):
        cases.hand_over(inspector, case, at=handed)
    due = {clock.rule: clock.due_at for clock in Clock.objects.filter(subject=case.pk, state="running")}
    assert due == {
        "koap-811-discount": local("2026-03-17T23:59:59.999999"),
        "koap-826.2-complain": local("2026-03-20T23:59:59.999999"),
    }


def test_the_answer_clock_runs_from_the_ringing(db, dispatcher):
    from tartip.operations.calls.actions import receive_call

    rang = local("2026-03-05T11:00")
    with time_is(rang + timedelta(seconds=9)):
        call = receive_call(dispatcher, territory="750000000", offered_at=rang)
    clock = Clock.objects.get(subject=call.pk)
    assert (clock.started_at, clock.due_at) == (rang, rang + timedelta(seconds=15))


def test_moments_of_one_zone_are_subtracted_in_utc():
    """Almaty put its clocks back at midnight of 2024-03-01: that Thursday had 25 hours."""
    before, after = local("2024-02-29T23:00"), local("2024-03-01T01:00")
    assert after - before == timedelta(hours=2)  # what Python says: the wall clock
    assert elapsed(before, after) == timedelta(hours=3)


def test_times_of_a_call_over_the_change_of_the_clocks_are_ordered_as_they_happened(db, dispatcher):
    """At midnight of 1 March 2024 Almaty went back to 23:00: 23:10 of the second round is after 23:30 of the first."""
    from tartip.operations.calls.actions import receive_call

    rang, answered = local("2024-02-29T23:30"), local("2024-02-29T23:10").replace(fold=1)
    call = receive_call(dispatcher, territory="750000000", offered_at=rang, answered_at=answered)
    call.refresh_from_db()
    assert call.answered_at - call.offered_at == timedelta(minutes=40)
    assert dispatcher.saying(at=answered).at == datetime(2024, 2, 29, 18, 10, tzinfo=UTC)


def test_what_is_over_in_utc_is_over_whatever_the_wall_clock_says():
    from tartip.core.terms.arithmetic import is_over, remaining

    rule = law.deadline("koap-789-detain", datetime(2024, 2, 29).date())
    due = due_at(rule, local("2024-02-29T20:30"), ALMATY)  # three hours: 23:30 of the first round
    assert due == local("2024-02-29T23:30").astimezone(UTC)
    later = local("2024-02-29T23:10").replace(fold=1)
    assert is_over(due.astimezone(ALMATY), later)
    assert remaining(rule, due.astimezone(ALMATY), later, ALMATY).seconds == -40 * 60


def test_a_clock_whose_term_is_over_when_it_starts_is_started_and_breaches_at_the_next_pass(db, dispatcher, inspector):
    from tartip.cases.actions import open_case
    from tartip.core.clocks.breach import breach_due
    from tartip.operations.incidents.actions import open_incident

    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    moment = local("2026-09-10T10:00")
    with time_is(moment):
        case = open_case(inspector, incident=incident, offence_at=local("2026-03-31T23:50"))
        clock = Clock.objects.get(subject=case.pk)
        assert (clock.state, clock.due_at < moment) == ("running", True)
        breach_due()
    clock.refresh_from_db()
    assert clock.breached_by is not None


def test_an_act_may_put_the_right_limitation_in_the_place_of_the_first_from_the_same_moment(db, dispatcher, inspector):
    """The article is known with the protocol: the general term stops, the one that fits starts from the offence."""
    from django.db import connection

    from tartip.cases.actions import open_case
    from tartip.core.registers.store import guard_setting
    from tartip.operations.incidents.actions import open_incident

    offence = local("2026-03-31T23:50")
    incident = open_incident(dispatcher, territory="750000000", kind_code="noise")
    with time_is(local("2026-04-02T10:00")):
        case = open_case(inspector, incident=incident, offence_at=offence)
    fitting = Choice(
        law.limitation_rules("occurred_at"), lambda case: law.limitation("koap-678-1", offence.date()).rule_key
    )
    assert wrong_start("case.protocol", type(case), fitting, "offence_at") == []
    setting = guard_setting("case.protocol", case.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", [setting])
    clocks = Clocks(stops=["koap-62-limitation"], starts={fitting: "offence_at"})
    said, rows = running.apply(clocks, case, act=setting, entry=new_id(), at=local("2026-04-20T10:00"))
    assert [row["rule"] for row in said["started"]] == ["koap-62-limitation-year"]
    assert said["started"][0]["due_at"].startswith("2027-03-31")
    assert len(said["stopped"]) == 1
    assert len(rows) == 1
