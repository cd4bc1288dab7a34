"""Checking a figure's receipt against the sealed files alone: `tartip verify figure.json` ends here.

The figure is counted from the words of the definition; the query in a receipt is a stranger's text, compared with the
one these words give and never run. The journal vouches for the files, the definition and the borders of the territory.
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
from tartip.engines.figures.question import Question, definition_sql
from tartip.engines.figures.receipt import DEFINITIONS, OLD, FigureReceipt
from tartip.engines.figures.relation import duckdb_scan, records_sql
from tartip.engines.merkle import VerifierKey, canonical_json
from tartip.engines.months import Manifest, SealedMonths
from tartip.engines.months.errors import FileUnread
from tartip.engines.months.folder import check_file
from tartip.verify import BadDocument, Context, Outcome, Step, done, failed, texts, unproven
from tartip.verify.month import act_of, after_of, counts_ahead, seals
from tartip.verify.receipt import check as check_receipt

DEFINING = "definitions.seal"


def verify_figure(
    receipt: FigureReceipt | Mapping[str, Any] | bytes,
    folder: Path | str | None,
    keys: Sequence[VerifierKey] = (),
    journal: Path | None = None,
    stamp_chain: bytes | None = None,
) -> list[Step]:
    """Recompute a figure from the files in `folder`: about half a second for a year of 25 million records.

    keys: published keys of the journal's log; without them, or without the journal's proof of every file, the steps key
    and journal are unproven. stamp_chain: certificates for the time stamps in these proofs. Steps: months, files, days,
    query, definition, journal, later. Whatever the files hold, steps come back; only a receipt not of the format
    raises BadReceipt.
    """
    if not isinstance(receipt, FigureReceipt):
        receipt = FigureReceipt.read(receipt if isinstance(receipt, bytes) else canonical_json(receipt))
    trusted = Context(None, b"", tuple(keys), stamp_chain, journal)
    return list(_steps(receipt, None if folder is None else Path(folder), trusted))


def _steps(receipt: FigureReceipt, folder: Path | None, trusted: Context) -> Iterator[Step]:
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
    other: Step | None = None
    absent = [m.file for m in figure.manifests if folder is None or not (folder / m.file).is_file()]
    if absent:
        yield unproven("files", say.FILES_ABSENT, absent[0])
    elif other := _changed(sealed):
        yield other
    else:
        yield done("files", say.FILES, count=len(figure.manifests))
        yield from _days(sealed)
        yield _definition(figure, question)
    yield _query(receipt, question)
    if receipt.format == OLD:
        yield unproven("format", say.FORMAT_OLD)
    yield from _journal(receipt, trusted)
    if folder is not None:
        yield from _later(figure, folder)
    unread = absent or (other is not None and other.outcome is Outcome.UNPROVEN)
    if trusted.journal is not None and folder is not None and not unread:
        from tartip.engines.figures.complete import check_complete

        yield from check_complete(figure.manifests, folder, trusted.journal, trusted.keys)


def _changed(sealed: SealedMonths) -> Step | None:
    """The step for a file that is not the sealed one, or else for one that cannot be read; None if all are."""
    unread = None
    for manifest in sealed.manifests:
        try:
            check_file(sealed.folder, manifest, again=True)
        except FileUnread as error:
            unread = unproven("files", texts.NO_FILE, str(error), name=manifest.file)
        except EngineError as error:
            return failed("files", say.NOT_COUNTED, str(error))
    return unread


def _days(sealed: SealedMonths) -> Iterator[Step]:
    """A failed step for each file with rows of another month: they would be counted twice, or where they are not."""
    try:
        if not _rows_outside(sealed, sealed.manifests):  # one question for all files, as nearly always none has any
            return
    except EngineError:
        pass  # one by one, so that the file that cannot be read is named
    for manifest in sealed.manifests:
        try:
            others = _rows_outside(sealed, [manifest])
        except EngineError as error:
            yield failed("days", say.DAYS_WRONG, str(error), name=manifest.file)
            continue
        if others:
            yield failed("days", say.DAYS_WRONG, f"{others} rows", name=manifest.file)


def _rows_outside(sealed: SealedMonths, manifests: Sequence[Manifest]) -> int:
    """Rows whose day is not of the month of their file. A day that is empty is in no month."""
    parts = []
    for manifest in manifests:
        day, month, scan = manifest.schema.dated_by, manifest.month, duckdb_scan(sealed.folder)([manifest])
        outside = f"\"{day}\" IS NULL OR \"{day}\" NOT BETWEEN DATE '{month.first}' AND DATE '{month.last}'"
        parts.append(f"SELECT 1 AS one FROM {scan} WHERE {outside}")  # noqa: S608
    files = [str(sealed.path(manifest).absolute()) for manifest in manifests]
    return ask_untrusted("\nUNION ALL\n".join(parts), "SELECT count(*) FROM records", files, "days")


def _query(receipt: FigureReceipt, question: Question) -> Step:
    """The query is a text for the reader; it must be the one the definition gives, and is never run itself."""
    figure = receipt.figure
    if figure.records != records_sql(figure.manifests, duckdb_scan()):
        return failed("query", say.QUERY_WRONG, "its `records` do not read these files by the rule")
    if figure.sql == definition_sql(question):
        return done("query", say.QUERY, figure.sql)
    if receipt.format == OLD:
        return unproven("query", say.QUERY_OLD, figure.sql)
    return failed("query", say.QUERY_WRONG, figure.sql)


def _definition(figure: Figure, question: Question) -> Step:
    sealed, sql = question.sealed, definition_sql(question)
    files = [str(sealed.path(manifest).absolute()) for manifest in sealed.manifests]
    try:
        value = ask_untrusted(records_sql(sealed.manifests, duckdb_scan(sealed.folder)), sql, files, "definition")
    except EngineError as error:
        return failed("definition", say.DEFINITION_WRONG, str(error))
    if value != figure.value:
        return failed("definition", say.DEFINITION_WRONG, f"{value}: {sql}")
    return done("definition", say.DEFINITION, sql, value=value)


def _journal(receipt: FigureReceipt, trusted: Context) -> Iterator[Step]:
    manifests = receipt.figure.manifests
    if unasked := receipt.journal.keys() - {manifest.sha256 for manifest in manifests} - {DEFINITIONS}:
        yield failed("journal", say.JOURNAL_OTHER, ", ".join(sorted(unasked)))
        return
    seen: dict[str, Step] = {}
    yield _sealed(receipt, trusted, seen)
    yield _defined(receipt, trusted, seen)
    yield from seen.values()


def _sealed(receipt: FigureReceipt, trusted: Context, seen: dict[str, Step]) -> Step:
    """Does the journal hold each manifest, in the act that sealed it?"""
    manifests = receipt.figure.manifests
    for manifest in manifests:
        if manifest.sha256 not in receipt.journal:
            return unproven("journal", say.JOURNAL_ABSENT, manifest.sha256, name=manifest.name)
    for manifest in manifests:
        proof = receipt.journal[manifest.sha256]
        # Anybody can have a hash quoted in an act of their own, such as a complaint: only the act of sealing counts.
        right = seals(proof, manifest.sha256)
        why = _why_not(proof, trusted, seen) if right else "it is not the act that sealed this manifest"
        if counts_ahead(manifest.as_of, proof):
            why = why or "the file counts entries that came after it was sealed"
        if why:
            return failed("journal", say.JOURNAL_WRONG, why, name=manifest.name)
    return done("journal", say.JOURNAL, count=len(manifests))


def _defined(receipt: FigureReceipt, trusted: Context, seen: dict[str, Step]) -> Step:
    """Does the journal hold the definition and the borders, so that neither was made for this figure?"""
    proof = receipt.journal.get(DEFINITIONS)
    if proof is None:
        return unproven("defined", say.DEFINED_ABSENT)
    indicator, place, after = receipt.figure.indicator, receipt.figure.territory, after_of(proof)
    for kind, code, digest in (
        ("indicators", indicator.code, indicator.sha256),
        ("territories", str(place.code), place.sha256),
    ):
        known = after.get(kind)
        if act_of(proof) != DEFINING or not isinstance(known, dict) or known.get(code) != digest:
            return failed("defined", say.DEFINED_WRONG, f"{kind}: {code}")
    why = _why_not(proof, trusted, seen)
    return failed("defined", say.DEFINED_WRONG, why) if why else done("defined", say.DEFINED)


def _why_not(proof: Any, trusted: Context, seen: dict[str, Step]) -> str:
    """Why the journal's receipt does not hold; what is unproven in it, and a time stamp that holds, go into `seen`."""
    try:
        steps = list(check_receipt(proof, trusted))
    except BadDocument as error:
        return str(error)
    for step in steps:
        if step.outcome is Outcome.FAILED:
            return f"{step.sentence()} {step.detail}".strip()
        if step.outcome is Outcome.UNPROVEN:
            seen[step.code] = step
        elif step.code == "stamp":
            seen.setdefault(step.code, step)
    return ""


def _later(figure: Figure, folder: Path) -> Iterator[Step]:
    try:
        found = SealedMonths.read(folder, figure.indicator.register)
    except EngineError as error:
        yield unproven("newest", say.BESIDE_UNREADABLE, str(error))
        return
    months = {manifest.month for manifest in figure.manifests}
    for manifest in found.manifests:
        if manifest.month in months and manifest not in figure.manifests:
            yield unproven("newest", say.LATER, name=manifest.name)


def check(document: Mapping[str, Any], context: Context) -> list[Step]:
    """The checker of both formats in the table of `tartip.verify.registry`."""
    folder = context.path.parent if context.path else None
    try:
        return verify_figure(document, folder, context.keys, context.journal, context.stamp_chain)
    except BadReceipt as error:
        raise BadDocument(str(error)) from None
