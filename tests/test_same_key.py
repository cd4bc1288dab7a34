"""The same key twice at once: the second call is answered with what the first one did. Every act, page, form and call.

A press that is sent again because no answer came is the everyday case: the first one may still be on its way.
"""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.test_states import put_in_force
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case, Payment
from tartip.cases.money import local_day
from tartip.cases.tests.made import browser, decided, handed_over, stranger
from tartip.core.acts import ACTS, KeyReused, system
from tartip.core.acts.declare import PERFORMED
from tartip.core.acts.fields import fields_of
from tartip.core.acts.tests.test_locks import broken_off
from tartip.core.gaps import actions as gaps
from tartip.core.journal import entries
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people import accounts, actions as people
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Account, Appointment, Person, Shift
from tartip.core.registers.models import Record
from tartip.core.registers.register import REGISTERS, register_of
from tartip.core.territory.tree import zone
from tartip.core.time import clock, now
from tartip.operations.calls import actions as calls
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.models import Assignment
from tartip.operations.dispatch.tests.test_dispatch import unit_on_duty
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import HandOver, Incident
from tartip.operations.units import actions as units
from tartip.statistics import actions as statistics
from tartip.web.acts.perform import perform_given
from tartip.web.acts.routes import path_name
from tartip.web.acts.values import arguments
from tartip.web.registers.pages import acts_of

ALMATY, KOSTANAY = "750000000", "390000000"
TEXT = "Музыка играла до 22:30, есть видео."
DAY = timedelta(days=1)
# Done by another act as a part of it: the key belongs to the whole.
PARTS = {code for code, act in ACTS.items() if act.inner} | {
    "case.finish", "case.continue_term", "case.lessen", "case.suspend", "case.restore", "case.resume", "case.cancel",
    "case.date_finish", "payment.record",
    # The worker's own, each under a key of its message (core/sms/listeners.py).
    "sms.queue", "sms.send", "sms.drop",
}  # fmt: skip


@pytest.fixture
def pair(committed, monkeypatch):
    """Two hands that press at one moment. An entry takes a while: the second one comes while the first is at work."""
    write = entries.write

    def slowly(*args, **kwargs):
        write(*args, **kwargs)
        time.sleep(0.01)

    monkeypatch.setattr(entries, "write", slowly)
    barrier = threading.Barrier(2, timeout=30)

    def hand(work):
        barrier.wait()
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(2) as pool:

        def both(one, other=None):
            context = [contextvars.copy_context() for _ in range(2)]  # the clock of the test
            return [
                future.result() for future in
                [pool.submit(context[n].run, hand, work) for n, work in enumerate((one, other or one))]
            ]  # fmt: skip

        yield both
        both(connection.close)


@pytest.fixture
def twice(pair):
    """Perform an act twice at once under one key; the record. Then the key with another body, which is refused."""

    def perform(act, actor, *given, **facts):
        keyed = actor.saying(key=uuid.uuid4().hex)
        if given and isinstance(given[0], Record) and hasattr(act, "declared") and act.declared.of:
            keyed = keyed.saying(seen=fresh(given[0]).version)

        def call():
            return act(keyed, *[fresh(one) for one in given], **facts)

        got = pair(call)
        assert [getattr(one, "pk", one) for one in got] == [got[0].pk] * 2 if hasattr(got[0], "pk") else got
        assert sorted(one.repeated for one in got) == [False, True], (act, got)
        assert Entry.objects.filter(actor=actor.name, key=keyed.key).count() == 1
        with pytest.raises(KeyReused) as refused:
            act(keyed.saying(request=b"another body"), *[fresh(one) for one in given], **facts)
        assert refused.value.http_status == 422
        return fresh(got[0])

    return perform


def fresh(record):
    return type(record).objects.get(pk=record.pk) if isinstance(record, Record) else record


def the_floor(twice, persona):
    """Calls, incidents, units and what is handed over."""
    operator, dispatcher, supervisor = persona("operator"), persona("dispatcher"), persona("supervisor")
    charlie, crew = persona("charlie"), Account.objects.get(pk=persona("patrol").account)
    unit = twice(units.enter_unit, supervisor, territory=ALMATY, callsign="Барс-7", crew=2)
    twice(units.give_tablet, supervisor, unit, account=crew)
    twice(units.begin_duty, supervisor, unit)
    twice(units.raise_alarm, persona("patrol"), unit)
    twice(units.climb, system("units"), unit)
    twice(units.take_alarm, supervisor, unit)
    twice(units.end_alarm, supervisor, unit)

    def offered(**facts):
        return twice(calls.receive_call, operator, territory=ALMATY, offered_at=now(), **facts)

    twice(calls.abandon_call, operator, offered())
    call = twice(calls.answer_call, operator, offered())
    twice(calls.fill_card, operator, call, kind_code="noise", card={})
    twice(calls.release_call, operator, call)
    incident = twice(incidents.open_incident, operator, territory=ALMATY, kind_code="fight", lon=76.92, lat=43.24)
    joining = twice(incidents.join_call, dispatcher, call, incident)
    twice(incidents.part_call, dispatcher, joining)
    twice(incidents.assess, dispatcher, incident, kind_code="fight", priority=1)
    twice(incidents.add_remark, dispatcher, incident, text="Он ушёл.")
    twice(incidents.ask_stand_down, dispatcher, incident, reason="false_call")
    twice(incidents.keep_open, dispatcher, incident)
    sent = twice(dispatch.send_unit, dispatcher, incident, unit)
    twice(dispatch.release, dispatcher, sent)
    sent = twice(dispatch.send_unit, dispatcher, incident, unit)
    for step in (dispatch.acknowledge, dispatch.en_route, dispatch.arrive, dispatch.clear):
        twice(step, persona("patrol"), sent)
    twice(dispatch.close, dispatcher, incident, outcome="settled")
    one, two, three = (
        twice(incidents.open_incident, operator, territory=ALMATY, kind_code="noise") for _ in range(3)
    )  # fmt: skip
    twice(incidents.correct_place, dispatcher, one, lon=76.93, lat=43.25)
    twice(incidents.merge, dispatcher, one, into=two)
    twice(incidents.unmerge, dispatcher, one)
    twice(dispatch.send_unit, dispatcher, one, unit)
    twice(dispatch.stand_down, dispatcher, one, reason="false_call")
    given = twice(incidents.hand_over_incident, dispatcher, two, to=KOSTANAY)
    twice(incidents.return_hand_over, charlie, given, reason="Не наше.")
    twice(incidents.take_hand_over, charlie, twice(incidents.hand_over_incident, dispatcher, two, to=KOSTANAY))
    twice(incidents.hand_over_call, dispatcher, offered(answered_at=now()), to=KOSTANAY)
    twice(dispatch.end_duty, supervisor, unit)
    assert fresh(three).version == 1


def the_case(twice, persona):
    """From the protocol to the end of the penalty, by every way there is."""
    operator, inspector, judge, moment = persona("operator"), persona("inspector"), persona("judge"), now()
    incident = incidents.open_incident(operator, territory=ALMATY, kind_code="noise")

    def case_of(article="koap-437-1"):
        case = twice(cases.open_case, inspector, incident=incident, article=article)
        return twice(cases.draw_protocol, inspector, case, article=article, facts="…")

    twice(cases.close_case, inspector, case_of(), reason="Нет состава.")
    case = case_of()
    twice(cases.decide, inspector, case, kind="fine")
    twice(cases.hand_over, inspector, case)
    # Without a reference one is drawn: not the reference, the key says that it is the same money.
    twice(cases.pay, inspector, case, amount_tenge=30_000)
    twice(cases.return_money, inspector, case, amount_tenge=5_000, reference="back")
    assert Payment.objects.filter(case=case).count() == 2
    court = case_of("koap-436-2")
    twice(cases.send_to_court, inspector, court)
    twice(cases.decide, judge, court, option=1, item="петарды")
    twice(cases.hand_over, judge, court)
    late, spared = (handed_over(operator, inspector) for _ in range(2))
    twice(cases.count_again, system("cases"), late)
    with clock(moment + 25 * DAY):
        for one in (court, late):
            twice(cases.enter_into_force, system("cases"), one, at=now())
        put_in_force(spared)
        twice(cases.send, judge, court)
        twice(cases.execute, judge, court)
        twice(cases.ask_relief, holder_of(late), late, text="Прошу отсрочить.")
        twice(cases.refuse_relief, inspector, late, reason="Нет оснований.")
        day = local_day(spared, now()) + 9 * DAY
        twice(cases.relieve, inspector, spared, relief="instalments", until=day, reason="Болел.")
    with clock(moment + 70 * DAY):
        twice(cases.enforce, inspector, late)
        twice(cases.expire, system("cases"), late, at=now())


def the_appeal(twice, persona):
    operator, inspector, prosecutor, judge = map(persona, ("operator", "inspector", "prosecutor", "judge"))
    moment, case = now(), handed_over(operator, inspector)
    other = handed_over(operator, inspector)
    regretted = twice(appeals.file_appeal, holder_of(other), other, text=TEXT)
    twice(appeals.withdraw, holder_of(other), regretted)
    with clock(moment + 25 * DAY):
        put_in_force(case)
        first = twice(appeals.file_appeal, holder_of(case), case, text=TEXT)
        twice(appeals.pass_on, inspector, first)
        twice(appeals.restore_term, prosecutor, first, reason="Болел.")
        twice(appeals.decide, prosecutor, first, result="left", reasons="Так.")
        twice(appeals.hand_over, inspector, first)
        second = twice(appeals.file_appeal, holder_of(case), case, text=TEXT)
        twice(appeals.pass_on, inspector, second)
        twice(appeals.decide, judge, second, result="cancelled", reasons="Так.")


def the_house(twice, persona):
    """People, the tables of the law, the figures."""
    administrator, dispatcher = persona("administrator"), persona("dispatcher")
    accounts.add("new", name="Н.", role="operator", territory=ALMATY, holder="A-17")
    account = Account.objects.get(username="new")
    appointment = twice(people.appoint, administrator, account=account, role="dispatcher", territory=ALMATY)
    shift = twice(people.begin_shift, appointment_actor(appointment), appointment=appointment)
    twice(people.end_shift, appointment_actor(appointment), shift)
    twice(people.dismiss, administrator, appointment)
    twice(people.enter_person, dispatcher, territory=ALMATY, name="А.")
    for settle in (gaps.close_gap, gaps.dismiss_gap):
        gap = twice(gaps.find_gap, system("law"), table="base_rates", key=settle.__name__, missing_from=now().date())
        reason = {"reason": "Норма отменена."} if settle is gaps.dismiss_gap else {}
        twice(settle, system("law") if settle is gaps.close_gap else administrator, gap, **reason)
    twice(statistics.seal_definitions, system("figures"), indicators={}, territories={})
    manifest = SimpleNamespace(
        register="call", month="2026-01", supplement=0, rows=0, file="x", sha256="0" * 64, as_json=dict
    )
    twice(statistics.seal_file, system("figures"), manifest=manifest)


def plain_registers():
    return [one for one in REGISTERS.values() if one.model.__module__.startswith("tartip.registers.")]


def chain_to(register, act):
    """The acts that lead a new record to a state in which the act is open; none for an act that creates."""
    acts = acts_of(register)
    entering = next(one for one in acts if one.creates)
    chains = {register.model.Lifecycle.start: [entering]}
    for state in (queue := list(chains)):
        for one in acts:
            led_to = one.moves.get(state) if one.of else None
            if isinstance(led_to, str) and led_to not in chains:
                chains[led_to] = [*chains[state], one]
                queue.append(led_to)
    return [] if act.creates else next(chain for state, chain in chains.items() if state in act.moves)


def plain_values(act):
    """Something for each field of an act, as the API takes it."""
    values = {
        "text": lambda field: uuid.uuid4().hex[:12], "long_text": lambda field: "…", "flag": lambda field: False,
        "number": lambda field: field.least or 1, "money": lambda field: 1, "day": lambda field: now().date(),
        "moment": lambda field: now().replace(second=0, microsecond=0), "territory": lambda field: ALMATY,
        "choice": lambda field: field.options[0][0], "person": lambda field: {"name": "А."},
    }  # fmt: skip
    return {field.name: values[field.kind](field) for field in fields_of(act)}


def doer_of(act, persona):
    names = ("supervisor", "inspector", "operator", "dispatcher", "administrator")
    return next(actor for actor in map(persona, names) if act.may.test(actor, None))


def the_plain_registers(twice, persona):
    """Every act of every plain register, on a record that was led to where the act is open."""
    for register in plain_registers():
        for act in acts_of(register):
            record = None
            for step in (*chain_to(register, act), act):
                actor = doer_of(step, persona)
                given = arguments(step, actor, plain_values(step))
                record = twice(PERFORMED[step.code], actor, *([record] if record else []), **given)


LIVES = (the_floor, the_case, the_appeal, the_house, the_plain_registers)


def test_every_act_twice_at_once_under_one_key_is_done_once(twice, persona):
    for life in LIVES:
        life(twice, persona)
    done = set(Entry.objects.exclude(key=None).values_list("act", flat=True))
    assert set(ACTS) - done - PARTS == set()
    assert audit().findings == []


def test_every_act_that_the_database_broke_off_is_run_again_and_shown_to_nobody(committed, monkeypatch, persona):
    """Whoever began the transaction: the act itself, or what performs several of them."""
    write = entries.write

    def perform(act, actor, *given, **facts):
        broken = broken_off(1, write=write)
        monkeypatch.setattr(entries, "write", broken)
        done = fresh(act(actor, *[fresh(one) for one in given], **facts))
        assert broken.left == [0]
        monkeypatch.setattr(entries, "write", write)
        return done

    for life in LIVES:
        life(perform, persona)
    assert audit().findings == []


# What is sent from outside ----------------------------------------------------------------------------------------


def answers(pair, send):
    """The status codes of two identical requests at once."""
    return sorted(getattr(answer, "status_code", answer) for answer in pair(send))


def test_a_call_of_the_api_twice_at_once_is_answered_with_the_first_one(pair, api, persona):
    dispatcher, inspector = persona("dispatcher"), persona("inspector")
    desk, officer = api(dispatcher), api(inspector)
    call = {"offered_at": now().isoformat(), "answered_at": now().isoformat(), "place": {"lon": 76.92, "lat": 43.24}}
    body = {"kind": "noise", "call": call}
    assert answers(pair, lambda: desk("post", "/incidents", body, idempotency_key="a")) == [200, 201]
    assert desk("post", "/incidents", body | {"kind": "fight"}, idempotency_key="a").status_code == 422
    assert (Call.objects.count(), Incident.objects.count()) == (1, 1)
    unit = unit_on_duty(persona("supervisor"))
    sending = {"incident": str(Incident.objects.get().pk), "unit": str(unit.pk)}
    assert answers(pair, lambda: desk("post", "/assignment/acts/send", sending, idempotency_key="b")) == [200, 201]
    case = decided(persona("operator"), inspector)
    path = f"/case/{case.pk}/acts"
    press = {"idempotency_key": "c", "if_match": str(case.version)}
    assert answers(pair, lambda: officer("post", f"{path}/hand_over", {}, **press)) == [200, 200]
    money = {"amount_tenge": 1000}
    assert answers(pair, lambda: officer("post", f"{path}/pay", money, idempotency_key="d")) == [200, 200]
    assert officer("post", f"{path}/pay", {"amount_tenge": 1001}, idempotency_key="d").status_code == 422
    assert Payment.objects.count() == 1

    def file():
        return stranger().post(
            f"/api/v1/appeals/by-receipt/{case.receipt}", {"text": TEXT}, content_type="application/json",
            HTTP_IDEMPOTENCY_KEY="e",
        )  # fmt: skip

    assert answers(pair, file) == [200, 201]
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("later", [False, True])
def test_a_button_of_a_case_pressed_twice_is_one_press(pair, persona, later):
    """A form that names today means now: the second press says the same all the same, and so does a later one."""
    inspector = persona("inspector")
    case = decided(persona("operator"), inspector)
    today = local_day(case, now()).isoformat()
    fresh_case = lambda: Case.objects.get(pk=case.pk)  # noqa: E731
    for name, fields in {
        "hand_over": {"handed_on": today},
        # All of it: the second press finds nothing owed, which is what the first one did.
        "pay": {"amount": "10812", "paid_on": today, "reference": "A-1"},
    }.items():
        form = {"version": fresh_case().version, "key": f"k-{name}", **fields}
        begun = now()

        def press(late, name=name, form=form, begun=begun):
            with clock(begun + timedelta(seconds=late)):
                return browser(inspector).post(f"/cases/{case.pk}/{name}/", form).status_code

        got = [press(0), press(61)] if later else pair(lambda press=press: press(0), lambda press=press: press(1))
        assert got == [302, 302], name
        assert browser(inspector).post(f"/cases/{case.pk}/{name}/", form | {"more": "1"}).status_code == 422
    assert (fresh_case().state, Payment.objects.count()) == ("paid", 1)


def test_a_citizen_who_presses_twice_files_one_appeal(pair, persona):
    case = handed_over(persona("operator"), persona("inspector"))
    form = {"text": TEXT, "key": "k", "instance": ""}
    assert answers(pair, lambda: stranger().post(f"/r/{case.receipt}/appeal/", form)) == [302, 302]
    assert Appeal.objects.count() == 1


def test_a_button_of_the_console_pressed_twice_is_one_press(pair, persona):
    dispatcher, supervisor = persona("dispatcher"), persona("supervisor")
    unit = unit_on_duty(supervisor)

    def press(record, path, actor=dispatcher, **fields):
        form = {"subject": str(record.pk), "version": fresh(record).version, "key": uuid.uuid4().hex, **fields}

        def send():
            client = browser(actor)
            return client.post(f"/console/{path}/", form, headers={"X-Requested-With": "fetch"})

        got = pair(send)
        assert [answer.status_code for answer in got] == [200, 200], (path, [answer.content for answer in got])
        assert got[0].json() == got[1].json(), path

    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="fight", priority=1, lon=76.92, lat=43.2)
    act = str(incident.pk)
    press(incident, f"{act}/assign", unit=str(unit.pk))
    sent = Assignment.objects.get()
    press(sent, f"assignments/{sent.pk}/release")
    press(incident, f"{act}/hand_over", to=KOSTANAY)
    assert HandOver.objects.count() == 1
    press(incident, f"{act}/stand_down", reason="false_call")
    press(incident, f"{act}/stand_down", actor=supervisor)
    assert fresh(incident).state == "closed"
    form = {"kind": "noise", "address": "Абай 10", "key": "new"}
    assert answers(pair, lambda: browser(dispatcher).post("/console/calls/new/", form)) == [302, 302]
    assert (Call.objects.count(), Incident.objects.count()) == (1, 2)


def form_values(act, zone):
    """The same as a form sends it; a moment is typed in the zone of the territory."""
    form = {"sure": "on"} if act.grave else {}
    for name, value in plain_values(act).items():
        if isinstance(value, dict):
            form |= {f"{name}__{part}": text for part, text in value.items()}
        elif isinstance(value, datetime):
            form[name] = value.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        elif value is not False:
            form[name] = str(value)
    return form


@pytest.mark.parametrize("act", [act for one in plain_registers() for act in acts_of(one)], ids=lambda act: act.code)
def test_the_form_of_an_act_of_a_plain_register_pressed_twice_is_one_press(pair, persona, act):
    register, record = register_of(act.model), None
    for step in chain_to(register, act):
        actor = doer_of(step, persona)
        record = perform_given(step, actor, plain_values(step), record.pk if record else None)
    actor = doer_of(act, persona)
    at = f"{record.pk}/" if record else ""
    form = {"key": uuid.uuid4().hex, "version": record.version if record else "", **form_values(act, zone(ALMATY))}
    before = (Entry.objects.filter(act=act.code).count(), Person.objects.count())
    persons = sum(field.kind == "person" for field in fields_of(act))
    address = f"/registers/{register.name}/{at}acts/{path_name(act)}/"
    assert answers(pair, lambda: browser(actor).post(address, form)) == [302, 302]
    after = (Entry.objects.filter(act=act.code).count(), Person.objects.count())
    assert after == (before[0] + 1, before[1] + persons)


def test_the_button_of_the_shift_pressed_twice_changes_nothing_more(pair, persona):
    dispatcher = persona("dispatcher")
    appointment = Appointment.objects.get(account=dispatcher.account)
    for act, left in (("end", 0), ("begin", 1)):
        assert answers(pair, lambda act=act: browser(dispatcher).post("/account/shift/", {"act": act})) == [302, 302]
        assert Shift.objects.filter(appointment=appointment, state="on").count() == left
