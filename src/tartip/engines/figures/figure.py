"""A figure: one integer, and everything it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tartip.engines.figures.duck import ask
from tartip.engines.figures.errors import RecountDiffers, TooLarge
from tartip.engines.figures.indicator import Indicator
from tartip.engines.figures.period import Period
from tartip.engines.figures.question import Question, definition_sql, figure_sql
from tartip.engines.figures.relation import duckdb_scan, records_sql
from tartip.engines.figures.territory import Territory
from tartip.engines.merkle.canonical import MAX_INT
from tartip.engines.months import Manifest, SealedMonths


@dataclass(frozen=True, slots=True)
class Figure:
    """`sql` over `records` (SQL over the files by their bare names) gives `value` on DuckDB.

    Both are written from the words of the definition alone, so that a verifier can write them again and compare.
    `engines`: programs and versions that counted; for the log, no part of what is published.
    """

    value: int
    indicator: Indicator
    territory: Territory
    period: Period
    manifests: tuple[Manifest, ...] = field(repr=False)
    records: str = field(repr=False)
    sql: str = field(repr=False)
    engines: Mapping[str, str] = field(repr=False, compare=False)

    @property
    def as_of(self) -> int | None:
        """The journal's size up to which every month was counted; None where a month was sealed without a journal."""
        newest = {manifest.month: manifest.as_of for manifest in self.manifests}
        return None if None in newest.values() else min(size for size in newest.values() if size is not None)


def compute_figure(
    indicator: Indicator, territory: Territory, period: Period, sealed: SealedMonths, *, recount: bool = False
) -> Figure:
    """Compute one figure from exactly the sealed files of the period, after checking their hashes.

    With `recount` polars counts again on its own way and must agree; do so before anything is published.
    Raises NotSealed, FileChanged, OtherRegister, BadIndicator, TooLarge, QueryFailed, RecountDiffers.
    """
    question = Question.ask(indicator, territory, period, sealed)
    question.sealed.check()
    sql = figure_sql(question)
    files = records_sql(question.sealed.manifests, duckdb_scan(question.sealed.folder))
    ((value,),) = ask(files, sql, indicator.code)
    engines = versions("duckdb", "ibis-framework")
    if recount:
        from tartip.engines.figures.recounting import recount as count_again

        again = count_again(question)
        if again != value:
            raise RecountDiffers(indicator.code, value, again)
        engines |= versions("polars")
    return make_figure(question, int(value), engines)


def make_figure(question: Question, value: int, engines: Mapping[str, str]) -> Figure:
    if abs(value) > MAX_INT:
        raise TooLarge(question.indicator.code, value)
    manifests = question.sealed.manifests
    records, sql = records_sql(manifests, duckdb_scan()), definition_sql(question)
    return Figure(
        value, question.indicator, question.territory, question.period, manifests, records, sql, dict(engines)
    )


def versions(*packages: str) -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in packages}
