"""Checking a figure's receipt against the sealed files alone: `tartip verify figure.json` ends here.

The query in a receipt is a stranger's text: it runs where it can read the named files and nothing else, and the same
figure is counted a second time from the words of the definition, so a query that says something else is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tartip.engines.errors import EngineError
from tartip.engines.figures import sentences as say
from tartip.engines.figures.duck import ask_untrusted
from tartip.engines.figures.errors import BadReceipt
from tartip.engines.figures.figure import Figure
from tartip.engines.figures.on_sql import sql_constant, sql_measure, sql_value
from tartip.engines.figures.question import Question
from tartip.engines.figures.receipt import FORMAT, FigureReceipt
from tartip.engines.figures.relation import duckdb_scan, records_sql
from tartip.engines.merkle import VerifierKey, canonical_json
from tartip.engines.months import SealedMonths
from tartip.engines.months.folder import check_file
from tartip.verify import BadDocument, Context, Outcome, Step, done, failed, register_format, skipped, warned


def verify_figure(
    receipt: FigureReceipt | Mapping[str, Any] | bytes, folder: Path | str | None, keys: Sequence[VerifierKey] = ()
) -> list[Step]:
    """Recompute a figure from the files in `folder`: about half a second for a year of 25 million records.

    keys: published keys of the journal's log; without them the receipt's own are used and a warning says so.
    Steps: months, files, query, definition, journal, later. Whatever the files hold, steps come back; only a receipt
    that is not of the format raises BadReceipt.
    """
    if not isinstance(receipt, FigureReceipt):
        receipt = FigureReceipt.read(receipt if isinstance(receipt, bytes) else canonical_json(receipt))
    return list(_steps(receipt, None if folder is None else Path(folder), tuple(keys)))


def definition_sql(question: Question) -> str:
    """The question as SQL straight from its words, without Ibis and without the receipt's query."""
    conditions = [] if question.indicator.condition is None else [sql_value(question.indicator.condition)]
    if question.territory.codes is not None:
        codes = ", ".join(sql_constant(code) for code in question.territory.codes)
        conditions.append(f'"{question.schema.territory}" IN ({codes})')
    if not question.period.whole:
        first, last = (sql_constant(day) for day in (question.period.first, question.period.last))
        conditions.append(f'"{question.schema.dated_by}" BETWEEN {first} AND {last}')
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {sql_measure(question.indicator.counted)} FROM records{where}"  # noqa: S608 (names are checked)


def _steps(receipt: FigureReceipt, folder: Path | None, keys: tuple[VerifierKey, ...]) -> Iterator[Step]:
    figure = receipt.figure
    sealed = SealedMonths(folder or Path(), figure.manifests)
    try:
        question = Question.ask(figure.indicator, figure.territory, figure.period, sealed)
        if question.sealed.manifests != figure.manifests:
            raise BadReceipt("manifests", "receipt", "other months than those of the period, or another order")
        yield done("months", say.MONTHS, count=len(figure.manifests))
    except EngineError as error:
        yield failed("months", say.MONTHS_WRONG, str(error))
        return
    if folder is None:
        yield failed("files", say.FILES_ABSENT)
    elif changed := _changed(sealed):
        yield failed("files", say.NOT_COUNTED, changed)
    else:
        yield done("files", say.FILES, count=len(figure.manifests))
        yield _query(figure, sealed)
        yield _definition(figure, question)
    yield from _journal(receipt, keys)
    if folder is not None:
        yield from _later(figure, folder)


def _changed(sealed: SealedMonths) -> str:
    for manifest in sealed.manifests:
        try:
            check_file(sealed.folder, manifest, again=True)
        except EngineError as error:
            return str(error)
    return ""


def _query(figure: Figure, sealed: SealedMonths) -> Step:
    if figure.records != records_sql(figure.manifests, duckdb_scan()):
        return failed("query", say.QUERY_WRONG, "its `records` do not read these files by the rule")
    return _counted(figure, sealed, figure.sql, "query", (say.QUERY, say.QUERY_WRONG))


def _definition(figure: Figure, question: Question) -> Step:
    words = (say.DEFINITION, say.DEFINITION_WRONG)
    return _counted(figure, question.sealed, definition_sql(question), "definition", words)


def _counted(figure: Figure, sealed: SealedMonths, sql: str, code: str, words: tuple[str, str]) -> Step:
    right, wrong = words
    files = [str(sealed.path(manifest).absolute()) for manifest in sealed.manifests]
    try:
        value = ask_untrusted(records_sql(sealed.manifests, duckdb_scan(sealed.folder)), sql, files, code)
    except EngineError as error:
        return failed(code, wrong, str(error))
    return done(code, right, sql, value=value) if value == figure.value else failed(code, wrong, f"{value}: {sql}")


def _journal(receipt: FigureReceipt, keys: tuple[VerifierKey, ...]) -> Iterator[Step]:
    manifests = receipt.figure.manifests
    for manifest in manifests:
        if manifest.sha256 not in receipt.journal:
            yield skipped("journal", say.JOURNAL_ABSENT, manifest.sha256, name=manifest.name)
            return
    warnings = False
    for manifest in manifests:
        steps = list(_entry(receipt.journal[manifest.sha256], manifest.sha256, keys))
        wrong = [step for step in steps if step.outcome is Outcome.FAILED]
        if wrong:
            reason = f"{wrong[0].sentence()} {wrong[0].detail}"
            yield failed("journal", say.JOURNAL_WRONG, reason, name=manifest.name)
            return
        warnings |= any(step.outcome is Outcome.WARNING for step in steps)
    yield done("journal", say.JOURNAL, count=len(manifests))
    if warnings:
        yield warned("key", say.JOURNAL_KEY)


def _entry(entry: Any, sha256: str, keys: tuple[VerifierKey, ...]) -> Iterator[Step]:
    from tartip.verify.receipt import check

    if not isinstance(entry, dict) or not _holds(entry.get("payload"), sha256):
        yield failed("content", say.JOURNAL_WRONG, "its payload does not hold the manifest's hash", name=sha256)
        return
    try:
        yield from check(entry, Context(None, b"", keys))
    except BadDocument as error:
        yield failed("content", say.JOURNAL_WRONG, str(error), name=sha256)


def _holds(payload: Any, sha256: str) -> bool:
    if isinstance(payload, dict):
        return any(_holds(value, sha256) for value in payload.values())
    if isinstance(payload, list):
        return any(_holds(value, sha256) for value in payload)
    return bool(payload == sha256)


def _later(figure: Figure, folder: Path) -> Iterator[Step]:
    try:
        found = SealedMonths.read(folder, figure.indicator.register)
    except EngineError:
        return
    months = {manifest.month for manifest in figure.manifests}
    for manifest in found.manifests:
        if manifest.month in months and manifest not in figure.manifests:
            yield warned("later", say.LATER, name=manifest.name)


def _check(document: Mapping[str, Any], context: Context) -> list[Step]:
    try:
        return verify_figure(document, context.path.parent if context.path else None, context.keys)
    except BadReceipt as error:
        raise BadDocument(str(error)) from None


register_format(FORMAT, _check, say.SENTENCES)
