"""The whole chain once: call, incident, response, case, decision, receipt, appeal; each link verifiable."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.errors import AlreadyAppealed
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.listeners import open_case_from_outcome
from tartip.cases.models import Case
from tartip.cases.money import discounted
from tartip.cases.sanctions import NoPenalty
from tartip.core.acts import Denied, NotOpen
from tartip.core.clocks.models import Clock
from tartip.core.journal import queries
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.journal.sealing import seal, signing_key
from tartip.core.people.models import Account
from tartip.operations.calls import actions as calls
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions as units
from tartip.verify import verify_file

ALMATY = "750000000"


@pytest.fixture
def case(committed, persona):
    """A noise complaint that ended in a case, as the listener of the outcome opens it."""
    operator, dispatcher, supervisor, patrol = (
        persona(name) for name in ("operator", "dispatcher", "supervisor", "patrol")
    )
    unit = units.begin_duty(
        supervisor,
        units.enter_unit(
            supervisor, territory=ALMATY, callsign="Барс-14", account=Account.objects.get(pk=patrol.account)
        ),
    )
    from tartip.core.time import now

    call = calls.receive_call(
        operator, territory=ALMATY, offered_at=now() - timedelta(minutes=1), answered_at=now(), kind_code="noise",
        lon=76.92, lat=43.24,
    )  # fmt: skip
    incident = incidents.open_incident(operator, territory=ALMATY, kind_code="noise", call=call, lon=76.92, lat=43.24)
    sent = dispatch.send_unit(dispatcher, incident, unit)
    for step in (dispatch.acknowledge, dispatch.en_route, dispatch.arrive, dispatch.clear):
        step(patrol, sent)
    dispatch.close(dispatcher, incident, outcome="offence")
    open_case_from_outcome(Entry.objects.get(act="incident.close").pk)
    return Case.objects.get(incident=incident)


def decided(case, inspector):
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="Музыка после 23:00.")
    cases.decide(inspector, case, kind="fine")
    return cases.hand_over(inspector, case)


def test_the_outcome_opens_a_case_once_however_often_the_listener_runs(case):
    open_case_from_outcome(Entry.objects.get(act="incident.close").pk)
    assert Case.objects.count() == 1
    assert case.article == "koap-437-1"  # the usual article of noise
    assert Entry.objects.get(act="case.open").cause == Entry.objects.get(act="incident.close").pk


def test_the_fine_is_worked_out_from_the_law_tables(case, inspector):
    decided(case, inspector)
    # 437 part 1, a person: 5 МРП; 2026: 4 325 tenge each
    assert (case.mci_tenths, case.base_rate, case.amount_tenge) == (50, 4325, 21_625)
    assert discounted(case, case.handed_over_at) == 10_812  # half, whole tenge


def test_a_penalty_the_law_does_not_name_is_refused(case, inspector):
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    with pytest.raises(NoPenalty, match="fine"):
        cases.decide(inspector, case, kind="arrest")
    assert Case.objects.get(pk=case.pk).state == "protocol"


def test_an_appeal_suspends_the_penalty_and_starts_the_clocks_of_the_law(case, inspector):
    decided(case, inspector)
    appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30, есть видео.")
    case.refresh_from_db()
    assert (case.state, appeal.attacked_act, appeal.late) == ("under_appeal", "case.decide", False)
    assert Clock.objects.get(subject=appeal.pk).rule == "koap-826.2-forward"
    assert Clock.objects.get(subject=case.pk, rule="koap-811-discount").state == "paused"
    appeals.forward(inspector, appeal)
    running = Clock.objects.get(subject=appeal.pk, state="running")
    assert running.rule == "koap-826.3-decide"


def test_who_decided_does_not_decide_on_the_appeal(case, supervisor, persona):
    decided(case, supervisor)
    appeal = appeals.file_appeal(holder_of(case), case, text="Это был не я, меня не было в городе.")
    with pytest.raises(Denied):
        decide(supervisor, appeal, result="left", reasons="…")
    decide(persona("prosecutor"), appeal, result="cancelled", reasons="Доказательств нет.")
    case.refresh_from_db()
    assert (case.state, appeal.state, appeal.result) == ("cancelled", "decided", "cancelled")


def test_two_appeals_against_one_act_are_one_too_many(case, inspector):
    decided(case, inspector)
    appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")
    with pytest.raises(AlreadyAppealed):
        appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")


def test_a_paid_case_is_closed_and_only_an_appeal_opens_it(case, inspector):
    decided(case, inspector)
    cases.pay(inspector, case, amount_tenge=1)  # a part: taken, and the rest stays owed
    assert case.state == "handed_over"
    cases.pay(inspector, case, amount_tenge=10_811)
    assert case.state == "paid"
    with pytest.raises(NotOpen):
        cases.hand_over(inspector, case)


def test_every_link_verifies_from_its_file_alone_and_the_audit_is_clean(case, inspector, tmp_path):
    decided(case, inspector)
    appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")
    while seal().count:
        pass
    chain = ["call.receive", "incident.open", "dispatch.send", "dispatch.arrive", "incident.close", "case.open",
             "case.protocol", "case.decide", "case.hand_over", "appeal.file"]  # fmt: skip
    for code in chain:
        path = tmp_path / f"{code}.json"
        path.write_bytes(orjson.dumps(queries.receipt(Entry.objects.get(act=code).pk)))
        assert verify_file(path, keys=[str(signing_key().verifier)]).ok, code
    assert audit().findings == []
