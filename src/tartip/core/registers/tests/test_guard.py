"""The guard opens one record for one act, whatever else runs in the same transaction."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, DataError, connection, transaction

from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.registers import store
from tartip.core.registers.store import guard_setting
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions
from tartip.operations.units import actions as units

ALMATY = "750000000"


def opened(dispatcher):
    return actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")


def under(setting, statement, *values, role="tartip_app"):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        cursor.execute("SELECT set_config('tartip.act', %s, true)", [setting])
        cursor.execute(statement, values)


def test_an_act_on_one_record_does_not_open_another(committed, dispatcher):
    one, two = opened(dispatcher), opened(dispatcher)
    change = "UPDATE incidents_incident SET priority = 1 WHERE id = %s"
    under(guard_setting("incident.assess", one.pk), change, one.pk)
    with pytest.raises(DatabaseError, match="changes no other row"):
        under(guard_setting("incident.assess", one.pk), change, two.pk)


@pytest.mark.parametrize(
    "setting", ["incident.assess", "incident.assess:", ":", "x:00000000-0000-0000-0000-000000000000"]
)
def test_a_setting_that_does_not_name_the_record_opens_nothing(committed, dispatcher, setting):
    incident = opened(dispatcher)
    with pytest.raises(DatabaseError, match="changes no other row"):
        under(setting, "UPDATE incidents_incident SET priority = 1 WHERE id = %s", incident.pk)


def test_a_row_cannot_become_another_record(committed, dispatcher):
    one, two = opened(dispatcher), opened(dispatcher)
    setting = guard_setting("incident.assess", two.pk)
    with pytest.raises(DatabaseError, match="changes no other row"):
        under(setting, "UPDATE incidents_incident SET id = %s WHERE id = %s", two.pk, one.pk)


def test_a_clock_changes_only_inside_an_act_on_its_own_record(committed, dispatcher):
    one, two = opened(dispatcher), opened(dispatcher)
    clock = Clock.objects.filter(subject=two.pk).first()
    stop = "UPDATE clocks_clock SET state = 'stopped' WHERE id = %s"
    with pytest.raises(DatabaseError, match="changes no other row"):
        under(guard_setting("incident.close", one.pk), stop, clock.pk)
    under(guard_setting("incident.close", two.pk), stop, clock.pk)


@pytest.mark.parametrize("code", ["incident.open", "retention.erase"])
def test_no_act_deletes_a_record_or_a_clock(committed, dispatcher, code):
    incident = opened(dispatcher)
    for table, column in (("incidents_incident", "id"), ("clocks_clock", "subject")):
        with pytest.raises(DatabaseError, match="never disappears"):
            under(guard_setting(code, incident.pk), f"DELETE FROM {table} WHERE {column} = %s", incident.pk)


def test_a_payload_is_erased_only_by_the_erasing_act_of_its_own_record(committed, dispatcher):
    one, two = opened(dispatcher), opened(dispatcher)
    delete = "DELETE FROM journal_payload WHERE entry_id IN (SELECT id FROM journal_entry WHERE subject = %s)"
    erase = "retention.erase"
    for setting in (erase, guard_setting(erase, two.pk), guard_setting("incident.close", one.pk)):
        with pytest.raises(DatabaseError, match="end of its retention"):
            under(setting, delete, one.pk, role="tartip_sealer")
    with pytest.raises(DatabaseError, match="permission denied"):
        under(guard_setting(erase, one.pk), delete, one.pk)
    under(guard_setting(erase, one.pk), delete, one.pk, role="tartip_sealer")


def test_a_value_too_long_for_its_column_is_refused_and_never_cut(committed, dispatcher):
    incident = opened(dispatcher)
    incident.state = "s" * 33
    rows = store.update(incident, ["state"], "incident.assess")
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rows.sql, rows.params)


def test_an_act_writes_its_own_record_and_clocks_after_an_act_inside_it(committed, dispatcher, supervisor):
    """Releasing the last unit makes the incident wait, by an act inside; then the assignment's own clocks stop."""
    incident = opened(dispatcher)
    unit = units.begin_duty(supervisor, units.enter_unit(supervisor, territory=ALMATY, callsign="A-1", crew=2))
    assignment = dispatch.send_unit(dispatcher, incident, unit)
    released = dispatch.release(dispatcher, assignment, reason="nearer unit")
    assert released.state == "released"
    assert set(Clock.objects.filter(subject=assignment.pk).values_list("state", flat=True)) == {"stopped"}
    acts = list(Entry.objects.filter(subject=incident.pk).order_by("version").values_list("act", flat=True))
    assert acts[-1] == "incident.wait"
