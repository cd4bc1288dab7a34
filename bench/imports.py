"""A CSV of 100,000 missing persons comes into their register: read, judged, entered with persons and clocks, one entry.

The peer `copy` is COPY of the same finished rows (persons, records, clocks) into tables without guards and indexes: the
least that writing them can cost. It leaves out reading, judging, encryption and hashes.
"""

from __future__ import annotations

import hashlib
import time
from random import Random
from typing import Any

from bench.contract import Report
from bench.parts.child import peak_kb
from bench.parts.database import database

ALMALY = "751110000"
WEIGHTS = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


def run(quick: bool) -> Report:
    count = 10_000 if quick else 100_000
    body = made(count)
    with database():
        from tartip.core.people.personas import PERSONAS, make

        supervisor = make(next(p for p in PERSONAS if p.username == "supervisor"))
        before = peak_kb()
        checked = _timed(lambda: _checked(supervisor, body))
        begun = time.process_time()
        entries, seconds = _entered(supervisor, body)
        cpu = time.process_time() - begun
        peak = peak_kb()
        copied = _copied()
    return Report(
        "imports",
        {
            "seconds": seconds,
            "rows": count,
            "entries": entries,
            "cpu_s": cpu,
            "dry_run_s": checked,
            "peak_mb": peak / 1024,
            "grown_mb": (peak - before) / 1024,
        },
        {"copy": {"seconds": copied}},
        runs=1,
        input=f"{count} made rows of the missing register, {len(body) >> 20} MB of CSV; half of the persons by number",
        notes=[
            "seconds: from the bytes of the file to the commit; cpu_s: of our process, without the database",
            "copy: the same rows, without guards and indexes",
        ],
    )


def made(count: int) -> bytes:
    """The file: every person with a name, every second one with a number, from a seed."""
    random = Random(1)
    lines = ["territory;person.name;person.iin;missing_since;seen_where;signs;child"]
    for number in range(count):
        iin = _iin(random) if number % 2 else ""
        day = f"{1 + number % 28:02}.{1 + number % 10:02}.2026 {number % 24:02}:10"
        lines.append(f"{ALMALY};Асанов Асан {number};{iin};{day};Абай даңғылы, {number % 300};синее пальто, очки;нет")
    return "\n".join(lines).encode()


def _iin(random: Random) -> str:
    """Twelve digits with the right last one (order 521)."""
    while True:
        digits = [random.randrange(10) for _ in range(11)]
        for weights in WEIGHTS:
            last = sum(a * b for a, b in zip(digits, weights, strict=True)) % 11
            if last < 10:
                return "".join(map(str, [*digits, last]))


def _judge(actor: Any, body: bytes) -> Any:
    from tartip.core.acts import ACTS
    from tartip.web.registers.imports.columns import matched, wanted_of
    from tartip.web.registers.imports.judging import Judge
    from tartip.web.registers.imports.reading import read

    act, sheet = ACTS["missing.report"], read(body)
    wanted = wanted_of(act)
    return Judge(act, actor, wanted, matched(sheet.head, wanted), sheet)


def _checked(actor: Any, body: bytes) -> None:
    from tartip.web.registers.imports.judging import verdicts

    assert all(one.given is not None for one in verdicts(_judge(actor, body)))


def _entered(actor: Any, body: bytes) -> tuple[int, float]:
    """How many entries the import wrote, and the seconds it took."""
    from tartip.core.batches.actions import enter
    from tartip.core.journal.models import Entry
    from tartip.web.registers.imports.judging import verdicts

    before = Entry.objects.count()
    begun = time.perf_counter()
    rows = (one.given for one in verdicts(_judge(actor, body)) if one.given is not None)
    enter(actor, register="missing", rows=rows, file_hash=hashlib.sha256(body).digest(), file_size=len(body))
    seconds = time.perf_counter() - begun
    return Entry.objects.count() - before, seconds


def _copied() -> float:
    """Seconds of COPY of the same rows into bare tables, as the owner."""
    from django.db import connection

    connection.close()
    connection.settings_dict["APP_ROLE"] = None
    tables = ("people_person", "registers_missingperson", "clocks_clock")
    try:
        with connection.cursor() as cursor:
            texts = []
            for table in tables:
                cursor.execute(f"CREATE TABLE bare_{table} AS TABLE {table} WITH NO DATA")
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    texts.append([bytes(piece) for piece in copy])
            begun = time.perf_counter()
            cursor.execute("BEGIN")
            for table, text in zip(tables, texts, strict=True):
                with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
                    for piece in text:
                        copy.write(piece)
            cursor.execute("COMMIT")
            return time.perf_counter() - begun
    finally:
        connection.close()
        connection.settings_dict["APP_ROLE"] = "tartip_app"


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
