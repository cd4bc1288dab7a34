"""The same question on Apache Spark, for registers that do not fit one machine (extra `spark`, Java 17 or newer).

At 25 to 50 million records Spark takes 7 to 30 times the processor time of DuckDB: do not use it below a billion rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tartip.engines.figures.errors import QueryFailed
from tartip.engines.figures.question import Question, ibis_figure
from tartip.engines.figures.relation import Scan, records_sql
from tartip.engines.months import Manifest


def figure_on_spark(question: Question, session: Any) -> int:
    """The integer that DuckDB gives too: the same Ibis expression over the same files.

    session: a SparkSession whose workers see the folder of the sealed files. Raises QueryFailed.
    """
    import ibis
    from pyspark.errors import PySparkException

    try:
        connection = ibis.pyspark.connect(session)
        sql = records_sql(question.sealed.manifests, _scan(question, session))
        session.sql(sql).createOrReplaceTempView("records")
        expression = ibis_figure(question, connection.table("records"))
        value = connection.to_pyarrow(expression).column("value")[0].as_py()
    except PySparkException as error:
        raise QueryFailed(question.indicator.code, str(error).splitlines()[0]) from None
    return int(value)


def local_session(workers: str = "local[2]", **settings: str) -> Any:
    """A session on this machine without network, for the parity test; `workers` may name a standalone master."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(workers).appName("tartip-figures")
    plain = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        # Refuse an overflow instead of wrapping around, as DuckDB does.
        "spark.sql.ansi.enabled": "true",
    }
    for name, value in {**plain, **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _scan(question: Question, session: Any) -> Scan:
    """Each set of files becomes a temporary view, since Spark has no table function for a list of files."""
    names: dict[tuple[str, ...], str] = {}

    def scan(manifests: Sequence[Manifest]) -> str:
        files = tuple(str(question.sealed.path(m).absolute()) for m in manifests)
        if files not in names:
            names[files] = f"sealed_{len(names)}"
            session.read.parquet(*files).createOrReplaceTempView(names[files])
        return names[files]

    return scan
