"""The header of an entry commits to the record's state, apart from the payload that may be erased."""

from __future__ import annotations

import base64
import dataclasses
from datetime import UTC, date, datetime, timedelta

from tartip.core.acts import perform
from tartip.core.journal import entries, queries
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.journal.sealing import seal
from tartip.core.registers.register import payload_of, register_of
from tartip.engines import merkle
from tartip.operations.incidents import actions
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"


def test_the_header_commits_to_the_state_that_the_act_left(committed, dispatcher):
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    actions.assess(dispatcher, incident, kind_code="fight", priority=2)
    entry = Entry.objects.get(subject=incident.pk, version=2)
    stored = register_of(Incident).state_of(payload_of(Incident.objects.get(pk=incident.pk)))
    said = entries.header_of(entry).as_json()["state_hash"]
    assert base64.b64decode(said) == merkle.payload_hash(bytes(entry.state_salt), stored)


def test_the_salt_of_the_state_is_in_no_receipt_and_fresh_for_each_entry(committed, dispatcher):
    """With it, anyone could try addresses until the hash of a published receipt fits."""
    one, two = [actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise") for _ in range(2)]
    seal()
    entry, other = Entry.objects.get(subject=one.pk), Entry.objects.get(subject=two.pk)
    assert bytes(entry.state_salt) != bytes(other.state_salt)
    assert base64.b64encode(entry.state_salt).decode() not in str(queries.receipt(entry.pk))


def test_an_entry_that_changes_no_record_commits_to_no_state(committed, dispatcher):
    """Entries sealed before there was a state hash have the same header: the name is absent, not null."""
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    header = entries.header_of(Entry.objects.get(subject=incident.pk))
    old = dataclasses.replace(header, state_hash=None).as_json()
    assert "state_hash" not in old
    assert old | {"state_hash": header.as_json()["state_hash"]} == header.as_json()


def test_the_header_names_the_civil_day_on_which_a_counted_record_counts(committed, dispatcher):
    """23:59 and 00:01 in Almaty; an act on the record commits to the day as its first one did."""
    for minute, day in ((59, "2026-03-01"), (61, "2026-03-02")):
        at = datetime(2026, 3, 1, 18, tzinfo=UTC) + timedelta(minutes=minute)
        incident = actions.open_incident(dispatcher.saying(at=at), territory=ALMATY, kind_code="noise")
        actions.assess(dispatcher, incident, kind_code="fight", priority=2)
        said = [
            entries.header_of(entry).as_json().get("day")
            for entry in Entry.objects.filter(subject=incident.pk, version__gt=0)
        ]
        assert said == [day, day]


def test_the_audit_finds_a_header_whose_day_is_not_that_of_its_record(committed, dispatcher, monkeypatch):
    monkeypatch.setattr(perform, "day_of", lambda record: date(2026, 2, 28))
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    assert any("names another day than its payload" in finding for finding in audit().findings)
