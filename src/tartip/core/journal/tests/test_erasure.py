"""Personal data is erased by an act at the end of its retention, and by nothing else."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from django.db import DatabaseError, connection, models, transaction

from tartip.core.acts.actor import system
from tartip.core.acts.errors import Denied
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal import erasure, queries
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry, Payload
from tartip.core.journal.sealing import seal, signing_key
from tartip.core.places import WHERE
from tartip.core.registers.register import REGISTERS
from tartip.core.time import clock as time_is, now
from tartip.operations.calls import actions as calls
from tartip.operations.incidents import actions
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"
LATER = timedelta(days=10 * 366 + 1)


@pytest.fixture
def incident(committed, dispatcher):
    made = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise", address="Абай 10", note="музыка")
    return actions.close_incident(dispatcher, made, outcome="settled")


def erased(record, at=None):
    with time_is(at or now() + LATER):
        return erasure.erase(system("retention"), record)


def erased_as_if_due(record):
    """What somebody with the rights of the background process does who skips the look at the retention."""
    with transaction.atomic():
        erasure._erase(system("retention"), erasure.register_of(type(record)), record, now(), erasure.GROUND)


def test_a_record_still_kept_is_not_erased(incident):
    with pytest.raises(erasure.StillKept):
        erased(incident, at=now() + timedelta(days=10 * 366 - 1))
    assert Payload.objects.filter(entry__subject=incident.pk).count() == 2


def test_a_moment_the_actor_says_ends_no_retention(incident, persona):
    """Ten years from now is said easily; the clock decides."""
    for actor in (system("retention"), persona("administrator")):
        with pytest.raises(erasure.StillKept):
            erasure.erase(actor.saying(at=now() + LATER), incident)


def test_the_application_cannot_delete_what_an_entry_said(incident):
    """Nor by opening the guard as the act of erasure does."""
    seen = "SELECT count(*) FROM journal_payload WHERE entry_id IN (SELECT id FROM journal_entry WHERE subject = %s)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("tartip_app",)
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute(erasure.DELETE, [f"{erasure.ERASE}:{incident.pk}", [Entry.objects.first().pk]])
        cursor.execute(seen, [incident.pk])
        assert cursor.fetchone() == (2,)


def test_after_an_erasure_the_process_works_as_the_application_again(incident):
    with transaction.atomic():
        erased(incident)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("tartip_app",)


def test_the_audit_finds_an_erasure_before_the_end_of_the_retention(incident):
    erased_as_if_due(incident)
    assert any("before the retention ended" in line for line in audit().findings)


def test_the_audit_finds_the_erasure_of_what_is_kept_for_ever(committed, supervisor):
    from tartip.operations.units import actions as units

    erased_as_if_due(units.enter_unit(supervisor, territory=ALMATY, callsign="A-1", crew=2))
    assert any("kept for ever" in line for line in audit().findings)


def test_the_audit_finds_the_erasure_of_a_person_whom_a_call_still_names(committed, dispatcher):
    """Nothing was recorded about the person for ten years, but the call is of yesterday."""
    from tartip.core.people.actions import enter_person
    from tartip.operations.calls import actions as calls

    began = now()
    with time_is(began - LATER):
        person = enter_person(dispatcher, territory=ALMATY, phone="+77011234567")
    with time_is(began - timedelta(days=1)):
        calls.receive_call(dispatcher, territory=ALMATY, offered_at=now(), caller=person)
    with pytest.raises(erasure.StillKept):
        erased(person, at=began)
    assert audit().findings == []
    erased_as_if_due(person)
    assert any("before the retention ended" in line for line in audit().findings)


def test_an_erasure_at_a_moment_that_has_not_come_is_a_finding(incident):
    """Otherwise a later date would be enough to erase at once."""
    erased(incident)
    assert any("has not come" in line for line in audit().findings)


def test_a_register_without_a_retention_is_kept_for_ever(committed, supervisor):
    from tartip.operations.units import actions as units

    with pytest.raises(erasure.StillKept):
        erased(units.enter_unit(supervisor, territory=ALMATY, callsign="A-1", crew=2))


def test_only_the_system_and_the_administrator_erase(incident, dispatcher, persona):
    administrator = persona("administrator")
    with time_is(now() + LATER):
        with pytest.raises(Denied):
            erasure.erase(dispatcher, incident)
        assert erasure.erase(administrator, incident)


def test_erasing_empties_the_declared_fields_and_deletes_what_the_entries_said(incident):
    before = set(Entry.objects.filter(subject=incident.pk).values_list("pk", flat=True))
    entry = Entry.objects.get(pk=erased(incident))
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.note, stored.address, stored.outcome, stored.version) == ("", "", "settled", 3)
    assert not Payload.objects.filter(entry__in=before).exists()
    said = orjson.loads(Payload.objects.get(entry=entry).body)
    assert set(said["erased"]) == {str(pk) for pk in before}
    assert (entry.act, entry.role, entry.ground) == ("retention.erase", "system", "house-retention")


def test_after_erasing_the_log_is_valid_the_audit_clean_and_the_entry_provable(incident, tmp_path):
    from tartip.verify import verify_file

    first = Entry.objects.get(subject=incident.pk, version=1)
    breach_due(now() + timedelta(days=1))
    seal()
    erased(incident)
    with time_is(now() + LATER):
        seal()
        result = audit()
    assert (result.findings, result.erased) == ([], Entry.objects.filter(subject=incident.pk).count() - 1)
    receipt = queries.receipt(first.pk)
    assert receipt["payload"] is None
    path = tmp_path / "receipt.json"
    path.write_bytes(orjson.dumps(receipt))
    outcomes = {step.code: step.outcome for step in verify_file(path, keys=[str(signing_key().verifier)]).steps}
    assert (outcomes["signature"], outcomes["inclusion"]) == ("ok", "ok")
    assert "failed" not in outcomes.values()


def test_a_record_is_erased_once(incident):
    erased(incident)
    with pytest.raises(erasure.NothingToErase):
        erased(incident, at=now() + 2 * LATER)


def test_an_erasure_keeps_how_the_clocks_of_the_record_stood(incident):
    said = orjson.loads(Payload.objects.get(entry=erased(incident)).body)
    stand = [erasure.clock_stand(clock) for clock in Clock.objects.filter(subject=incident.pk).order_by("id")]
    assert stand
    assert said["clocks"] == {"stand": stand}


def test_the_duty_erases_what_is_due_and_leaves_what_is_not(incident, dispatcher):
    at = now() + LATER
    found = Entry.objects.filter(subject=incident.pk, act="retention.erase")
    with time_is(at - timedelta(days=2)):
        erasure.erase_due()
    assert found.count() == 0
    with time_is(at):
        assert erasure.erase_due() == 1
        assert found.count() == 1
        assert erasure.erase_due() == 0


def test_one_record_that_cannot_be_erased_stops_no_other_and_fails_the_duty(incident, dispatcher, monkeypatch):
    bad, good = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise", note="музыка"), incident
    erase = erasure.erase

    def breaking(actor, record):
        if record.pk == bad.pk:
            raise RuntimeError("broken")
        return erase(actor, record)

    monkeypatch.setattr(erasure, "erase", breaking)
    with time_is(now() + LATER), pytest.raises(erasure.NotErased, match="1 records"):
        erasure.erase_due()
    erased_now = set(Entry.objects.filter(act="retention.erase").values_list("subject", flat=True))
    assert good.pk in erased_now
    assert bad.pk not in erased_now


def test_a_person_is_kept_as_long_as_a_call_or_case_refers_to_them(committed, dispatcher, monkeypatch):
    from tartip.core.people.actions import enter_person

    person = enter_person(dispatcher, territory=ALMATY, phone="+77011234567")
    call = calls.receive_call(dispatcher, territory=ALMATY, offered_at=now(), caller=person)
    monkeypatch.setattr(
        erasure, "_own_end", lambda register, pk, before: now() + timedelta(days=5 if pk == call.pk else -5)
    )
    with pytest.raises(erasure.StillKept):
        erased(person, at=now())
    monkeypatch.setattr(erasure, "_own_end", lambda register, pk, before: now() - timedelta(days=5))
    erased(person, at=now())
    person.refresh_from_db()
    assert (person.state, bytes(person.phone_sealed), person.phone_lookup) == ("erased", b"", None)


# What is covered

SHORT = 64  # a code or a name of an actor; what is longer holds words


def test_all_that_was_said_in_words_is_erased():
    """A text field of a record with a retention is erased, whoever adds it."""
    left = [
        f"{register.name}.{field.name}"
        for register in REGISTERS.values()
        if register.retention_days is not None
        for field in register.model._meta.concrete_fields
        if (isinstance(field, models.TextField) or (isinstance(field, models.CharField) and field.max_length > SHORT))
        and field.attname not in register.erases
    ]
    assert left == []


def placed(record):
    return tuple(getattr(record, name) for name in WHERE)


def test_of_a_call_nothing_tells_where_the_caller_lives(committed, dispatcher, api):
    """A point on the map is an address: the home of who called is read from it."""
    call = calls.receive_call(
        dispatcher, territory=ALMATY, offered_at=now(), answered_at=now(), released_at=now(), lon=76.92, lat=43.24,
        radius_m=20, address="Абай 10, кв. 5", kind_code="domestic", note="бьёт",
    )  # fmt: skip
    incident = actions.open_incident(
        dispatcher, territory=ALMATY, kind_code="domestic", call=call, lon=76.92, lat=43.24, address="Абай 10, кв. 5"
    )
    actions.close_incident(dispatcher, incident, outcome="settled")
    erased(call)
    call.refresh_from_db()
    assert placed(call) == (None, None, 0, None, "")
    assert (call.note, call.kind, call.territory_id) == ("", "domestic", ALMATY)
    # The incident of that call lies at the same home.
    erased(incident)
    incident.refresh_from_db()
    assert placed(incident) == (None, None, 0, None, "")
    shown = api(dispatcher)("get", f"/incidents/{incident.pk}").json()
    assert (shown["lon_e6"], shown["address"], shown["calls"][0]["address"]) == (None, "", "")
    with time_is(now() + LATER):
        assert [finding for finding in audit().findings if "account" not in finding] == []


def test_what_a_crew_found_keeps_its_own_place(committed, dispatcher):
    incident = actions.open_incident(
        dispatcher, territory=ALMATY, kind_code="crash", lon=76.92, lat=43.24, radius_m=30, address="Абай 10"
    )
    actions.close_incident(dispatcher, incident, outcome="settled")
    before = placed(incident)
    erased(incident)
    incident.refresh_from_db()
    assert placed(incident) == (*before[:4], "")
