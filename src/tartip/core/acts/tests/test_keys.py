"""Idempotency keys: one key, one request; everywhere an act may stand."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tartip.core.acts import KeyReused, perform_together, request_hash, together
from tartip.core.journal.models import Entry
from tartip.operations.incidents import actions
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"


def opened(actor, **changes):
    return actions.open_incident(actor, **{"territory": ALMATY, "kind_code": "noise", "address": "Абай 10"} | changes)


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(db, dispatcher):
    keyed = dispatcher.saying(key="tap-1")
    opened(keyed)
    with pytest.raises(KeyReused) as refused:
        opened(keyed, address="Абай 12")
    assert (refused.value.code, refused.value.http_status) == ("key.other_body", 422)
    assert Incident.objects.count() == 1


def test_the_same_key_for_another_record_or_another_act_is_refused(db, dispatcher):
    one, two = opened(dispatcher), opened(dispatcher)
    keyed = dispatcher.saying(key="tap-2")
    actions.assess(keyed, one, kind_code="fight", priority=2)
    with pytest.raises(KeyReused):
        actions.assess(keyed, two, kind_code="fight", priority=2)
    with pytest.raises(KeyReused):
        actions.close_incident(keyed, one, outcome="settled")
    assert actions.assess(keyed, one, kind_code="fight", priority=2).repeated


def test_an_argument_left_out_says_the_same_as_its_default(db, dispatcher):
    keyed = dispatcher.saying(key="tap-3")
    first = opened(keyed)
    assert opened(keyed, note="", radius_m=0, lon=None).pk == first.pk


def test_an_entry_from_before_hashes_were_kept_still_answers_its_key(db, dispatcher):
    keyed = dispatcher.saying(key="old")
    first = opened(keyed)
    from tartip.core.acts import keys
    from tartip.core.acts.declare import ACTS

    with connection.cursor() as cursor:
        cursor.execute("SELECT request_hash FROM journal_entry WHERE subject = %s", (first.pk,))
        assert len(bytes(cursor.fetchone()[0])) == 32
    stored = keys.FIND
    try:
        keys.FIND = stored.replace("request_hash", "NULL::bytea")
        assert keys.done_before(ACTS["incident.open"], keyed, b"other").pk == first.pk
    finally:
        keys.FIND = stored


def test_keys_work_inside_together(db, dispatcher):
    keyed = dispatcher.saying(key="tap-4")
    with together():
        first = opened(keyed)
        assert opened(keyed).repeated
    with together():
        assert opened(keyed).pk == first.pk
    with pytest.raises(KeyReused), together():
        opened(keyed, address="elsewhere")


def test_keys_work_in_nested_acts(db, dispatcher):
    """An act inside another may carry a key of its own: it is done once, whoever calls it."""
    from tartip.core.acts.declare import ACTS
    from tartip.core.acts.perform import Doing, _doing
    from tartip.core.ids import new_id
    from tartip.core.time import now

    keyed = dispatcher.saying(key="nested")
    token = _doing.set(Doing(ACTS["incident.open"], dispatcher, new_id(), now()))
    try:
        first = opened(keyed)
        assert opened(keyed).pk == first.pk
    finally:
        _doing.reset(token)
    assert Entry.objects.filter(act="incident.open").count() == 1


def test_a_request_of_several_acts_binds_its_key_to_the_whole_request(db, dispatcher):
    """The moment an act is given may be the server's own: what counts is what the request said."""
    keyed = dispatcher.saying(key="form-1", request=request_hash("form", {"address": "Абай 10"}))
    first = opened(keyed)
    assert opened(keyed, note="another moment").pk == first.pk
    with pytest.raises(KeyReused):
        opened(keyed.saying(request=request_hash("form", {"address": "Абай 12"})))


def test_one_key_from_eight_threads_at_once_makes_one_record_in_a_larger_transaction(committed, dispatcher):
    keyed = dispatcher.saying(key="storm")
    barrier, results = threading.Barrier(8), []

    def work():
        try:
            barrier.wait()
            results.append(perform_together(lambda: opened(keyed)).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len(set(results)) == 1
    assert Incident.objects.count() == 1


def test_a_transaction_asks_for_its_key_once_before_its_first_act(db, dispatcher):
    """Found free and locked, it is nobody else's; the acts after the first one look again."""
    from django.test.utils import CaptureQueriesContext

    keyed = dispatcher.saying(key="tap-once")
    with CaptureQueriesContext(connection) as asked:
        first = perform_together(lambda: opened(keyed), keyed)
    assert sum("tartip_first_call" in query["sql"] for query in asked.captured_queries) == 1

    def both():
        again = perform_together(lambda: opened(keyed), keyed)
        with pytest.raises(KeyReused):
            opened(keyed, address="Абай 12")
        return again

    assert perform_together(both, keyed).repeated
    assert Incident.objects.get().pk == first.pk


def test_an_act_inside_a_smaller_part_uses_the_key_for_the_larger_one_too(db, dispatcher):
    keyed = dispatcher.saying(key="tap-part")

    def whole():
        perform_together(lambda: opened(keyed), keyed)
        return opened(keyed)

    assert perform_together(whole, keyed).repeated
    assert Incident.objects.count() == 1


def test_a_key_found_free_is_asked_for_again_by_the_next_transaction(committed, dispatcher):
    keyed = dispatcher.saying(key="tap-broken")

    def broken():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        perform_together(broken, keyed)
    perform_together(lambda: opened(keyed), keyed)
    assert opened(keyed).repeated
    assert Incident.objects.count() == 1
