from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tartip.engines.figures import EVERYWHERE, Period, Territory, _
from tartip.engines.figures.question import Question
from tartip.engines.figures.recounting import recount
from tartip.engines.figures.spark import SETTINGS, figure_on_spark, spark_sql
from tartip.engines.figures.tests.made import ALMATY, AUEZOV, BOSTANDYK, FEBRUARY, JANUARY, MONTHS, indicator, seal

QUESTIONS = [
    (_.count(), None),
    (_.mass_mg.sum(), _.state.isin(["seized", "confirmed"])),
    ((_.mass_mg * 2 - _.kind).sum(), _.decided.isnull() & ~(_.kind == 2)),
    (_.state.nunique(), None),
    (_.count(where=_.date.between(JANUARY.first, JANUARY.last)), _.mass_mg.notnull() | (_.kind >= 2)),
]


def test_the_question_is_spelled_as_spark_reads_it(tmp_path):
    """Without Spark itself: names in backquotes, since in Spark double quotes are text."""
    sealed = seal(tmp_path, MONTHS)
    question = Question.ask(indicator(_.count(), _.state == "it's"), EVERYWHERE, Period.of_months(JANUARY), sealed)
    files, records, sql = spark_sql(question)
    assert [[m.name for m in part] for part in files.values()] == [
        *(["seizures-2025-01", "seizures-2025-01-s01"], ["seizures-2025-01-s01"])
    ]
    assert '"' not in records
    assert "NOT EXISTS(SELECT 1 FROM sealed_1 AS s WHERE s.`id` = r.`id` AND s.`version` > r.`version`)" in records
    assert (
        sql == "SELECT COUNT(*) AS `value` FROM (SELECT * FROM `records` AS `t0` WHERE `t0`.`state` = 'it\\'s') AS `t1`"
    )


def needs_spark():
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: the extra `spark` has it")
    if shutil.which("java") is None or subprocess.run(["java", "-version"], capture_output=True).returncode:
        pytest.skip("no Java: Spark needs version 17 or newer")


@pytest.fixture(scope="module", params=["local[2]", "standalone"])
def session(request, tmp_path_factory):
    """Spark in this process, then a master with two workers on loopback."""
    needs_spark()
    from pyspark.sql import SparkSession

    home = tmp_path_factory.mktemp("spark")
    programs = []
    try:
        master = request.param if request.param != "standalone" else cluster(home, programs)
        builder = SparkSession.builder.master(master).appName("tartip-figures")
        for name, value in {**SETTINGS, "spark.local.dir": str(home), "spark.executor.memory": "512m"}.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()
    finally:
        for program in programs:
            program.terminate()
            program.wait(20)


def cluster(home, programs):
    import pyspark

    run = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    master = [run, f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
    worker = [run, f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "-c", "1", "-m", "1g"]
    logs = (home / "log").open("w")
    programs.append(subprocess.Popen(master, stdout=logs, stderr=logs, cwd=home))
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
    for number in (1, 2):
        place = [*worker, "-d", str(home / f"worker-{number}"), address]
        programs.append(subprocess.Popen(place, stdout=logs, stderr=logs, cwd=home))
    return address


@pytest.mark.slow
@pytest.mark.parametrize("measure, where", QUESTIONS)
def test_spark_gives_the_same_integers(session, tmp_path, measure, where):
    sealed = seal(tmp_path, MONTHS)
    for territory in (EVERYWHERE, Territory.of(ALMATY, [AUEZOV, BOSTANDYK])):
        for period in (Period.of_months(JANUARY, FEBRUARY), Period(JANUARY.first, FEBRUARY.first)):
            question = Question.ask(indicator(measure, where), territory, period, sealed)
            assert figure_on_spark(question, session) == recount(question)
