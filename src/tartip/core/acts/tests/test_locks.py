"""Acts that meet: locks in one order, and transactions the database broke off are run again, not shown."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection

import tartip
from tartip.core.acts import ACTS, Busy, act, perform_together, together
from tartip.core.acts.rights import anyone
from tartip.core.journal import entries
from tartip.core.journal.models import Entry
from tartip.core.people.models import Account
from tartip.operations.incidents import actions
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"


def broken_off(times, error=psycopg.errors.DeadlockDetected, write=None):
    """The writing of an entry, broken off by the database so many times."""
    left, write = [times], write or entries.write

    def writing(*args, **kwargs):
        if left[0] > 0:
            left[0] -= 1
            raise OperationalError from error("broken off")
        return write(*args, **kwargs)

    writing.left = left
    return writing


@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_an_act_that_the_database_broke_off_is_run_again(committed, dispatcher, monkeypatch, error):
    monkeypatch.setattr(entries, "write", broken_off(3, error))
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    assert Entry.objects.filter(subject=incident.pk).count() == 1
    assert Incident.objects.count() == 1


def test_an_act_broken_off_again_and_again_says_that_trying_again_helps(committed, dispatcher, monkeypatch):
    monkeypatch.setattr(entries, "write", broken_off(1000))
    monkeypatch.setattr("tartip.core.acts.retry.FIRST_PAUSE", 0)
    with pytest.raises(Busy) as busy:
        actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    assert (busy.value.http_status, busy.value.again) == (503, True)
    assert not Incident.objects.exists()


def test_another_failure_of_the_database_is_not_repeated(committed, dispatcher, monkeypatch):
    monkeypatch.setattr(entries, "write", broken_off(1, psycopg.errors.DiskFull))
    with pytest.raises(OperationalError):
        actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")


def test_a_real_deadlock_between_two_larger_transactions_is_run_again(committed, dispatcher):
    """One goes A then B, the other B then A: one is broken off by the database, and both are done in the end."""
    one, two = (actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise") for _ in range(2))
    barrier, failed = threading.Barrier(2, timeout=60), []

    def work(first, second, kind):
        tries = []

        def both():
            tries.append(1)
            actions.assess(dispatcher, Incident.objects.get(pk=first.pk), kind_code=kind, priority=2)
            if len(tries) == 1:
                barrier.wait()
            actions.assess(dispatcher, Incident.objects.get(pk=second.pk), kind_code=kind, priority=2)

        try:
            perform_together(both)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((one, two, "fight"), (two, one, "attack"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    # opened, and assessed by each of the two
    assert set(Incident.objects.values_list("version", flat=True)) == {3}


@pytest.mark.parametrize("larger", [False, True])
def test_a_code_that_is_drawn_twice_is_drawn_again(committed, dispatcher, monkeypatch, larger):
    """32^7 codes: among ten million incidents one opening in 3 400 would fail."""
    drawn = iter(["AAAAAAA", "AAAAAAA", "BBBBBBB"])
    monkeypatch.setattr("tartip.operations.incidents.actions.course.new_code", lambda: next(drawn))

    def opened():
        return actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")

    codes = [(perform_together(opened) if larger else opened()).code for _ in range(2)]
    assert codes == ["AAAAAAA", "BBBBBBB"]


def test_a_transaction_of_several_acts_that_nobody_repeats_is_refused(committed, dispatcher):
    with pytest.raises(RuntimeError, match="perform_together"), together():
        pass
    assert perform_together(lambda: _opened_together(dispatcher)).version == 1


def _opened_together(dispatcher):
    with together():
        return actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")


# What begins a transaction by itself and performs no acts in it, or is called again by its own loop.
BEGINS = {
    "server/health.py", "server/jobs.py", "server/database_roles.py", "core/acts/perform.py", "core/clocks/breach.py",
    "core/clocks/rebase.py", "core/clocks/recount.py", "core/clocks/waits.py", "core/journal/audit/__init__.py",
    "core/journal/keys.py", "core/journal/resume.py", "core/journal/sealing.py", "core/people/models.py",
    "core/people/reading.py", "core/people/security.py", "core/people/sessions.py", "core/registers/guard.py",
    "core/territory/importer.py", "core/territory/load.py",
}  # fmt: skip


def test_nothing_begins_a_transaction_of_acts_that_is_not_run_again():
    """`transaction.atomic` around acts shows a deadlock raw: `perform_together` or `in_one_transaction` do not."""
    house = Path(tartip.__file__).parent
    found = {
        path.relative_to(house).as_posix()
        for path in house.rglob("*.py")
        if "tests" not in path.parts and "transaction.atomic" in path.read_text(encoding="utf-8")
    }
    assert found == BEGINS


def test_a_deadlock_beside_the_acts_is_answered_in_words(client, dispatcher, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError from psycopg.errors.DeadlockDetected("broken off")

    monkeypatch.setattr("tartip.core.people.pages.switch_shift", broken)
    client.force_login(Account.objects.get(pk=dispatcher.account))
    assert client.post("/account/shift/", {"act": "end"}).status_code == 503


def test_an_act_costs_no_more_round_trips_than_it_must(db, dispatcher, django_assert_num_queries):
    """A new record: savepoint, its one statement, release, the guard. A change: the lock and the clocks before that.

    One more queues the listener of an opening, which tells the caller how to follow it.
    """
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")  # the tables of the law are read
    with django_assert_num_queries(5):
        incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    with django_assert_num_queries(6):
        actions.assess(dispatcher, incident, kind_code="noise", priority=incident.priority, note="louder")
    # A key is locked and looked up in one.
    with django_assert_num_queries(7):
        keyed = dispatcher.saying(key="k")
        actions.assess(keyed, incident, kind_code="noise", priority=incident.priority, note="quiet")


def test_a_lock_that_names_no_argument_is_refused_at_declaration():
    with pytest.raises(TypeError, match="no such argument"):

        @act(
            "test.bad_lock", names={"kk": "x", "ru": "x", "en": "x"}, ground="order-706", of=Incident, may=anyone,
            locks=["unit"],
        )  # fmt: skip
        def bad(actor, incident):
            return incident

    assert "test.bad_lock" not in ACTS


def test_what_an_act_locks_is_what_is_stored_when_its_function_runs(committed, dispatcher, supervisor):
    """The caller's instance may be old: the act decides on the stored state, not on what a page read before."""
    from tartip.core.time import now
    from tartip.operations.calls import actions as calls

    old = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    call = calls.receive_call(dispatcher, territory=ALMATY, offered_at=now(), answered_at=now())
    actions.close_incident(supervisor, Incident.objects.get(pk=old.pk), outcome="settled")
    assert old.state == "opened"
    with pytest.raises(actions.NotJoinable):
        actions.join_call(dispatcher, call, old)


def test_an_act_that_creates_checks_the_version_of_the_record_it_was_drawn_for(db, dispatcher, supervisor):
    """A unit is sent from a card: what the card shows must still be so."""
    from tartip.core.acts import Clash
    from tartip.operations.dispatch import actions as dispatch
    from tartip.operations.units import actions as units

    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    unit = units.begin_duty(supervisor, units.enter_unit(supervisor, territory=ALMATY, callsign="Барс-14"))
    actions.assess(supervisor, Incident.objects.get(pk=incident.pk), kind_code="fight", priority=4)
    with pytest.raises(Clash):
        dispatch.send_unit(dispatcher.saying(seen=1), incident, unit)
    assert dispatch.send_unit(dispatcher.saying(seen=2), incident, unit).state == "sent"


def test_locks_are_taken_in_one_order_whatever_the_order_of_the_arguments(committed, dispatcher):
    from tartip.core.acts import locks

    one, two = (actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise") for _ in range(2))
    taken, take = [], locks._locked

    def noting(rows, identity):
        taken.append(identity)
        return take(rows, identity)

    locks._locked = noting
    try:
        actions.merge(dispatcher, one, into=two)
        first, taken[:] = list(taken), []
        actions.unmerge(dispatcher, one)
        taken.clear()
        actions.merge(dispatcher, two, into=one)
    finally:
        locks._locked = take
    # An incident asked for again inside the act is locked already.
    assert list(dict.fromkeys(first)) == list(dict.fromkeys(taken)) == sorted([one.pk, two.pk])
