"""A job that lost its worker or failed: nobody loses a case silently."""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from tartip.cases.models import Case
from tartip.core.journal.models import Entry
from tartip.core.journal.tasks import react
from tartip.core.people.models import Account
from tartip.core.time import now
from tartip.operations.calls import actions as calls
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions as units
from tartip.server import health, jobs
from tartip.server.commands import main
from tartip.server.database_roles import as_owner
from tartip.server.models import JobTrouble
from tartip.server.tests.running import processes, wait_until

ALMATY = "750000000"
WORKER = [sys.executable, "-m", "tartip", "worker"]
KEEPER = [sys.executable, "-m", "tartip", "keeper"]


def state_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", (job,))
        return str(cursor.fetchone()[0])


@pytest.fixture
def closed_incident(committed: None, persona: Any) -> Any:
    """An incident closed as an offence: its listener opens a case."""
    operator, dispatcher, supervisor, patrol = map(persona, ("operator", "dispatcher", "supervisor", "patrol"))
    unit = units.begin_duty(
        supervisor,
        units.enter_unit(
            supervisor, territory=ALMATY, callsign="Барс-14", account=Account.objects.get(pk=patrol.account)
        ),
    )
    call = calls.receive_call(
        operator, territory=ALMATY, offered_at=now() - timedelta(minutes=1), answered_at=now(), kind_code="noise",
        lon=76.92, lat=43.24,
    )  # fmt: skip
    incident = incidents.open_incident(operator, territory=ALMATY, kind_code="noise", call=call, lon=76.92, lat=43.24)
    sent = dispatch.send_unit(dispatcher, incident, unit)
    for step in (dispatch.acknowledge, dispatch.en_route, dispatch.arrive, dispatch.clear):
        step(patrol, sent)
    dispatch.close(dispatcher, incident, outcome="offence")
    return incident


def test_a_worker_killed_in_a_listener_loses_no_case_and_opens_it_once(closed_incident):
    """Field case 32: kill -9 while the listener writes the case. Another worker takes the job up by itself."""
    name = connection.settings_dict["NAME"]
    blocking = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    with processes(WORKER, TARTIP_WORKER_LOST="2") as (worker,):
        params = connection.plain_params()
        with psycopg.connect(**params) as holder, psycopg.connect(**params, autocommit=True) as watch:
            # The listener cannot finish: it waits for the table, and there it is killed.
            for one in (holder, watch):  # the role sees what its own sessions wait for
                one.execute("SET ROLE tartip_app")
            holder.execute("LOCK TABLE cases_case IN EXCLUSIVE MODE")
            wait_until(lambda: (watch.execute(blocking, (name,)).fetchone() or (0,))[0] > 0)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
    assert not Case.objects.exists()
    with processes(WORKER, KEEPER, TARTIP_WORKER_LOST="2"):
        wait_until(lambda: Case.objects.exists())
        wait_until(lambda: not jobs.waiting()[1])
    assert Case.objects.filter(incident=closed_incident).count() == 1
    assert Entry.objects.filter(act="case.open").count() == 1


@pytest.fixture
def lost(committed: None) -> int:
    """A job in the hands of a worker that gave no sign of life for a minute."""
    number = react.defer(listener="tartip.nowhere.listener", entry="0")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            (cursor.fetchone()[0], number),
        )
    return int(number)


def test_a_lost_job_goes_back_to_the_queue(lost):
    assert jobs.take_up_lost() == 1
    assert state_of(lost) == "todo"
    assert jobs.take_up_lost() == 0


def test_a_job_of_a_living_worker_is_left_alone(lost):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    assert jobs.take_up_lost() == 0
    assert state_of(lost) == "doing"


def test_a_job_that_kills_its_worker_each_time_ends_on_the_board(lost):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", (jobs.MOST_ATTEMPTS - 1, lost))
    jobs.take_up_lost()
    (found,) = jobs.failed()
    assert (found.id, found.what, found.error) == (lost, "nowhere.listener", "worker.lost")
    assert next(part for part in health.look() if part.key == "failed_jobs").state == health.FAILED


def test_a_failed_job_is_listed_with_its_reason_and_run_again(lost, capsys):
    class Context:
        class job:
            id, attempts = lost, 0

    def fail() -> None:
        raise LookupError("Иванов Иван")

    with pytest.raises(LookupError):
        jobs.remember_trouble(fail, Context, None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", (lost,))
    assert main(["jobs"]) == 1
    told = capsys.readouterr().out
    assert f"{lost}  nowhere.listener" in told
    assert "LookupError in server.tests.test_jobs:" in told
    assert "Иванов" not in told
    assert main(["jobs", "retry", str(lost)]) == 0
    assert state_of(lost) == "todo"
    assert main(["jobs", "retry", str(lost)]) == 2
    assert "no failed job" in capsys.readouterr().err
    Context.job.attempts = 1
    jobs.remember_trouble(lambda: None, Context, None)
    assert not JobTrouble.objects.exists()


def test_jobs_that_succeeded_long_ago_are_forgotten_and_failed_ones_never(lost, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    old = [int(react.defer(listener="tartip.nowhere.listener", entry=str(n))) for n in range(3)]
    young = int(react.defer(listener="tartip.nowhere.listener", entry="3"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", (lost,))
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = ANY(%s)", ([*old, young],))
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '8 days' WHERE job_id = ANY(%s)", ([*old, lost],)
        )
    assert [jobs.forget_done() for _ in range(3)] == [2, 1, 0]
    assert [state_of(number) for number in (lost, young)] == ["failed", "succeeded"]


@pytest.mark.parametrize(
    ("query", "values"), [(jobs.FAILED, (200,)), (jobs.LOST, (12,)), (jobs.WAITING, ()), (jobs.DONE, (100, 7))]
)
def test_what_is_asked_every_few_seconds_reads_no_finished_jobs(committed, query, values):
    """A year of jobs that succeeded lies beside: the plan goes by an index, not through the table."""
    with as_owner(), connection.cursor() as cursor:  # only the owner may count its rows for the plan
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) "
            "SELECT 'listeners', 'x', 'succeeded' FROM generate_series(1, 20000)"
        )
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('a', 'x', 'failed')")
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('a', 'x', 'todo')")
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type) "
            "SELECT id, unnest('{started,succeeded}'::procrastinate_job_event_type[]) FROM procrastinate_jobs"
        )
        cursor.execute("ANALYZE procrastinate_jobs, procrastinate_events")
        cursor.execute("EXPLAIN " + query, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on procrastinate_jobs" not in plan, plan
    assert "Seq Scan on procrastinate_events" not in plan, plan


def test_jobs_hold_names_and_numbers_of_records_and_no_personal_data():
    """Every task of the system takes what is listed here; a new one has to be thought about."""
    import inspect

    from procrastinate.contrib.django import app

    known = {task.name: task for name, task in app.tasks.items() if "tartip" in name}
    ours = {name: list(inspect.signature(task.func).parameters) for name, task in known.items()}
    assert ours == {
        "tartip.core.journal.tasks.react": ["listener", "entry"],
        "tartip.statistics.tasks.close_months": ["timestamp"],
    }


def test_a_job_that_an_earlier_version_queued_is_still_found_by_its_name():
    from procrastinate.contrib.django import app

    assert app.tasks["tartip.base.tasks.react"] is app.tasks["tartip.server.tasks.react"] is react
