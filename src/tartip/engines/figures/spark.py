"""The same question on Apache Spark, for registers that do not fit one machine (extra `spark`, Java 17 or newer).

At 25 to 50 million records Spark takes 7 to 30 times the processor time of DuckDB: do not use it below a billion rows.
Its sums end at 64 bits, where it refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tartip.engines.figures.errors import QueryFailed
from tartip.engines.figures.question import Question, ibis_figure, ibis_records
from tartip.engines.figures.relation import records_sql
from tartip.engines.months import Manifest

# No network but loopback, no browser page, and an overflow is refused instead of wrapping around.
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
}


def figure_on_spark(question: Question, session: Any) -> int:
    """The integer that DuckDB gives too: the same Ibis expression over the same files.

    session: a SparkSession (see SETTINGS) whose workers see the folder of the sealed files. Raises QueryFailed.
    """
    from pyspark.errors import PySparkException

    files, records, sql = spark_sql(question)
    try:
        for name, manifests in files.items():
            paths = [str(question.sealed.path(manifest).absolute()) for manifest in manifests]
            session.read.parquet(*paths).createOrReplaceTempView(name)
        session.sql(records).createOrReplaceTempView("records")
        ((value,),) = session.sql(sql).collect()
    except PySparkException as error:
        raise QueryFailed(question.indicator.code, str(error).splitlines()[0]) from None
    return int(value)


def spark_sql(question: Question) -> tuple[dict[str, tuple[Manifest, ...]], str, str]:
    """The files of each view, the SELECT that is `records`, and the question over it, in Spark's spelling of SQL."""
    import ibis
    import sqlglot

    files: dict[str, tuple[Manifest, ...]] = {}

    def scan(manifests: Sequence[Manifest]) -> str:
        # Spark has no table function for a list of files, so each list becomes a view.
        name = f"sealed_{len(files)}"
        files[name] = tuple(manifests)
        return name

    (records,) = sqlglot.transpile(records_sql(question.sealed.manifests, scan), read="duckdb", write="spark")
    expression = ibis_figure(question, ibis_records(question.schema))
    return files, records, str(ibis.to_sql(expression, dialect="pyspark", pretty=False))
