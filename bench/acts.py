"""Full acts per second against bare two-row transactions: 8 writers, durable commits, the same server and run.

An act is `incident.open`: the record, its journal entry with payload, its clock, rights, law edition and place.
The peer `bare_insert` is one transaction of two plain inserts through the same framework and connection
(`Model.objects.create` twice); `bare_sql` is the same by hand-written SQL, the least a transaction can cost here.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable

from bench.contract import Report, percentile
from bench.parts.database import database

WRITERS = 8
RUNS = 3


def run(quick: bool) -> Report:
    seconds = 3.0 if quick else 8.0
    with database():
        from django.db import connection

        from tartip.core.people.personas import PERSONAS, make

        make(next(p for p in PERSONAS if p.username == "dispatcher"))
        _bare_table()
        connection.close()
        acts, bare, sql = [], [], []
        for _ in range(RUNS):
            bare.append(_rate(_bare, seconds))
            acts.append(_rate(_act, seconds))
            sql.append(_rate(_bare_sql, seconds))
        rate = statistics.median(acts)
        paced = [t for times in _writers(_act, seconds, pause=WRITERS / (rate / 2)) for t in times]
    return Report(
        "acts",
        {
            "acts_per_s": rate,
            "ratio_to_bare": statistics.median(a / b for a, b in zip(acts, bare, strict=True)),
            "p99_ms": percentile(paced, 0.99) * 1000,
        },
        {"bare_insert": {"per_s": statistics.median(bare)}, "bare_sql": {"per_s": statistics.median(sql)}},
        runs=RUNS,
        input="incident.open in Almaty; embedded PostgreSQL, synchronous_commit on",
    )


def _bare_table() -> None:
    from django.db import connection

    connection.settings_dict["APP_ROLE"] = None
    connection.close()
    with connection.cursor() as cursor:
        for table in ("bare_one", "bare_two"):
            cursor.execute(f"CREATE TABLE {table} (id uuid PRIMARY KEY, body text NOT NULL, at timestamptz NOT NULL)")
        cursor.execute("GRANT ALL ON bare_one, bare_two TO tartip_app")
    connection.close()
    connection.settings_dict["APP_ROLE"] = "tartip_app"


def _rate(work: Callable[[], Callable[[], object]], seconds: float) -> float:
    return sum(len(times) for times in _writers(work, seconds)) / seconds


def _writers(work: Callable[[], Callable[[], object]], seconds: float, pause: float = 0.0) -> list[list[float]]:
    """Run `work` in 8 processes for so long; the duration of every call. With `pause` they are spaced."""
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[list[float]] = context.Queue()
    ready = context.Barrier(WRITERS)

    def writer(number: int) -> None:
        once, times = work(), []
        once()
        ready.wait()
        begun = time.perf_counter()
        due = begun + pause * number / WRITERS
        while (start := time.perf_counter()) < begun + seconds:
            if pause:
                if start < due:
                    time.sleep(min(due - start, 0.05))
                    continue
                due += pause
            once()
            times.append(time.perf_counter() - start)
        queue.put(times)

    processes = [context.Process(target=writer, args=(n,)) for n in range(WRITERS)]
    for process in processes:
        process.start()
    results = [queue.get() for _ in processes]
    for process in processes:
        process.join()
    return results


def _bare() -> Callable[[], object]:
    from django.db import models, transaction

    from tartip.core.ids import new_id
    from tartip.core.time import now

    def table(name: str) -> type[models.Model]:
        fields = {
            "id": models.UUIDField(primary_key=True), "body": models.TextField(), "at": models.DateTimeField(),
            "__module__": __name__, "Meta": type("Meta", (), {"app_label": "bench", "db_table": name}),
        }  # fmt: skip
        return type(name, (models.Model,), fields)

    one, two = table("bare_one"), table("bare_two")

    def once() -> None:
        with transaction.atomic():
            one._default_manager.create(id=new_id(), body="x" * 200, at=now())
            two._default_manager.create(id=new_id(), body="x" * 200, at=now())

    return once


def _bare_sql() -> Callable[[], object]:
    from django.db import connection, transaction

    from tartip.core.ids import new_id
    from tartip.core.time import now

    def once() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in ("bare_one", "bare_two"):
                cursor.execute(f"INSERT INTO {table} (id, body, at) VALUES (%s,%s,%s)", (new_id(), "x" * 200, now()))

    return once


def _act() -> Callable[[], object]:
    from tartip.core.people.actors import appointment_actor
    from tartip.core.people.models import Appointment
    from tartip.operations.incidents.actions import open_incident

    actor = appointment_actor(Appointment.objects.get(role="dispatcher"))

    def once() -> object:
        return open_incident(actor, territory="750000000", kind_code="fight", lon=76.92, lat=43.24, address="Абай 10")

    return once
