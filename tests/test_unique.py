"""What no two records may share: the second of two people is told which field and why, and never that we failed."""

from __future__ import annotations

import copy
import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import override

from tartip.appeals.actions import file_appeal
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Payment
from tartip.cases.tests.made import ALMATY, browser, handed_over
from tartip.core import labels
from tartip.core.acts import ACTS, act, perform_together, system
from tartip.core.acts.rights import anyone
from tartip.core.gaps.actions import find_gap
from tartip.core.ids import new_id
from tartip.core.people.actions import end_shift, enter_person
from tartip.core.people.models import Account, Shift
from tartip.core.people.requests import ask
from tartip.core.problems import said
from tartip.core.registers import checks
from tartip.core.registers.register import REGISTERS
from tartip.core.registers.unique import NotUnique, rules_of
from tartip.core.sms.actions import queue_sms
from tartip.core.time import now
from tartip.operations.calls.actions import receive_call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions as units
from tartip.operations.units.models import Unit
from tartip.registers.wanted import declare
from tartip.statistics.models import SealedMonth

RULES = {rule.name: rule for one in REGISTERS.values() for rule in rules_of(one.model) if not rule.drawn}
OTHER_CITY = "790000000"
LANGUAGES = ("kk", "ru", "en")


class Stored:
    """One stored record for each rule (the method of its name), made by the acts of the people who work here."""

    def __init__(self, persona):
        self.persona, self.dispatcher = persona, persona("dispatcher")

    def call(self):
        return receive_call(self.dispatcher, territory=ALMATY, offered_at=now(), answered_at=now())

    def incident(self, call=None):
        return incidents.open_incident(self.dispatcher, territory=ALMATY, kind_code="noise", call=call)

    def unit_callsign(self):
        return units.enter_unit(self.dispatcher, territory=ALMATY, callsign="7")

    def unit_account(self):
        account = Account.objects.get(pk=self.persona("patrol").account)
        return units.enter_unit(self.dispatcher, territory=ALMATY, callsign="7", account=account)

    def one_open_assignment_per_unit(self):
        unit = units.begin_duty(self.dispatcher, self.unit_callsign())
        return dispatch.send_unit(self.dispatcher, self.incident(), unit)

    def first_call(self):
        return self.incident(self.call())

    def call_joined_once(self):
        return incidents.join_call(self.dispatcher, self.call(), self.incident())

    def call_handed_over_once(self):
        return incidents.hand_over_call(self.dispatcher, self.call(), to=OTHER_CITY)

    def incident_handed_over_once(self):
        return incidents.hand_over_incident(self.dispatcher, self.incident(), to=OTHER_CITY)

    def fined(self):
        return handed_over(self.persona("operator"), self.persona("inspector"))

    def one_payment_per_reference(self):
        cases.pay(self.persona("inspector"), self.fined(), amount_tenge=100, reference="1")
        return Payment.objects.get()

    def one_open_appeal_per_act(self):
        case = self.fined()
        return file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")

    def one_open_gap(self):
        return find_gap(system("law"), table="base_rates", key="mci", missing_from=date(2027, 1, 1))

    def one_shift_at_a_time(self):
        return Shift.objects.get(appointment__account=self.dispatcher.account)

    def iin_lookup(self):
        return enter_person(self.persona("operator"), territory=ALMATY, name="А", iin="900101300017")

    def someone(self):
        return enter_person(self.persona("operator"), territory=ALMATY, name="А")

    def sms_once(self):
        facts = {"kind": "receipt", "about": new_id(), "language": "kk", "text": "…"}
        return queue_sms(system("sms"), territory=ALMATY, person=self.someone(), **facts)

    def one_search_file(self):
        facts = {"file_number": "26-1", "article": "188", "declared_on": date(2026, 11, 20), "scope": "local"}
        return declare(self.persona("inspector"), territory=ALMATY, person=self.someone(), **facts)

    def one_request_of_a_kind(self):
        account = Account.objects.get(pk=self.persona("operator").account)
        return ask(self.persona("administrator"), kind="password", account=account, territory=ALMATY)

    def sha256(self):
        return entered(
            SealedMonth(
                territory_id="KZ", counted="calls", month="2026-09", supplement=0, rows=0, file="x", sha256="0" * 64,
                manifest="{}", entry=new_id(), state="sealed",
            )
        )  # fmt: skip

    month_sealed_once = sha256


def entered(record):
    """Create the record by an act that looks at nothing first, as one does that another act has just overtaken."""
    code = f"test.{type(record).__name__}"

    @act(code, names=dict.fromkeys(LANGUAGES, "x"), ground="house-rule", creates=type(record), may=anyone)
    def enter(actor, *, record):
        return record

    try:
        return enter(system("test"), record=record)
    finally:
        del ACTS[code]


def twin(record, rule):
    """Another record that shares with the first what this rule forbids to share, and nothing of the other rules."""
    other = copy.copy(record)
    other.id, other._state = new_id(), copy.copy(record._state)
    spare = {"receipt": "Z" * 10, "code": "ZZZZZZZ", "callsign": "other", "account_id": None, "supplement": 9}
    spare |= {"sha256": "f" * 64}
    for name, value in spare.items():
        field = name.removesuffix("_id")
        if hasattr(other, name) and field not in rule.fields:
            setattr(other, name, value)
    return other


def test_every_rule_is_tried_here_and_has_its_words():
    assert len(RULES) > 12
    assert [name for name in RULES if not hasattr(Stored, name)] == []
    assert checks.check_clashes() == []
    fields = {rule.error().fields["field"] for rule in RULES.values()}
    assert [field for field in fields if labels.field_name(field) == field] == []


def test_a_rule_without_words_stops_the_start(monkeypatch):
    monkeypatch.setattr(Unit, "clashes", {"unit_callsign": ("callsign", "x"), "no_such_rule": ("callsign", "x")})
    assert {(error.id, error.obj) for error in checks.check_clashes()} == {
        ("registers.E003", Unit), ("registers.E004", Unit),
    }  # fmt: skip


@pytest.mark.parametrize("larger", [False, True], ids=["alone", "in a larger transaction"])
@pytest.mark.parametrize("name", sorted(RULES))
def test_what_breaks_a_rule_is_refused_in_words(name, larger, persona, db):
    rule = RULES[name]
    second = twin(getattr(Stored(persona), name)(), rule)
    before = rule.model.objects.count()
    with pytest.raises(NotUnique) as refused:
        perform_together(lambda: entered(second)) if larger else entered(second)
    error = refused.value
    assert (error.http_status, error.fields["constraint"]) == (409, name)
    assert rule.model.objects.count() == before
    sentences = set()
    for language in LANGUAGES:
        with override(language):
            sentence = said(error)
            assert sentence.startswith(f"{labels.field_name(error.fields['field'])}: ")
            sentences.add(sentence)
    assert len(sentences) == 3


# As the user meets it


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "call sign: another unit of this territory has it already."),
        ("ru", "позывной: уже есть у другого наряда этой территории."),
        ("kk", "шақыру белгісі: осы аумақтың басқа жасағында бар."),
    ],
)
def test_a_call_sign_that_is_taken_is_refused_in_the_readers_language(db, dispatcher, api, language, sentence):
    session = api(dispatcher)
    body = {"territory": ALMATY, "callsign": "Барс-14"}
    assert session("post", "/unit/acts/enter", body).status_code == 201
    answer = session("post", "/unit/acts/enter", body, accept_language=language)
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (409, "record.not_unique", sentence)
    assert answer.json()["fields"]["field"] == "callsign"
    assert Unit.objects.count() == 1


def test_two_who_enter_one_call_sign_at_once(committed, dispatcher, api):
    session, barrier, answers = api(dispatcher), threading.Barrier(2), []

    def enter():
        barrier.wait()
        answers.append(session("post", "/unit/acts/enter", {"territory": ALMATY, "callsign": "7"}).status_code)
        connection.close()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409]


def test_two_quick_clicks_begin_one_shift(committed, dispatcher, settings):
    settings.DEMO = True
    end_shift(dispatcher, Shift.objects.get(appointment__account=dispatcher.account))
    clients, answers, ready = [browser(dispatcher) for _ in range(2)], [], threading.Barrier(2)

    def click(client: Client) -> None:
        ready.wait(60)
        answers.append(client.post("/account/shift/", {"act": "begin"}).status_code)
        connection.close()

    threads = [threading.Thread(target=click, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert Shift.objects.filter(state="on", appointment__account=dispatcher.account).count() == 1
