"""Are the files of a figure complete? Against the journal's extract: nothing left out, nothing invented, none newer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tartip.engines.errors import BadInput, EngineError
from tartip.engines.figures import sentences as say
from tartip.engines.figures.duck import ask
from tartip.engines.figures.extract import Born, Extract, State, read_extract
from tartip.engines.figures.relation import duckdb_scan, records_sql
from tartip.engines.merkle import VerifierKey
from tartip.engines.months import Manifest, Month, SealedMonths
from tartip.verify import Step, done, failed, unproven

# The day that counts is civil, that of the act in UTC: east of Greenwich it may be the next one, and never later.
EAST = timedelta(days=1)


def check_complete(
    manifests: tuple[Manifest, ...], folder: Path, journal: Path, keys: Sequence[VerifierKey]
) -> Iterator[Step]:
    """Steps extract, key, signature, newest, complete, dated, newest. The files must have been checked before.

    manifests: of one register, each month with its supplements, in order.
    """
    extract, steps = read_extract(journal, keys)
    yield from steps
    if extract is None:
        return
    register = manifests[0].register
    if extract.register != register:
        yield failed("extract", say.EXTRACT_OTHER, f"{extract.register}, not {register}")
        return
    yield from _newest(manifests, extract)
    sealed = SealedMonths(folder, manifests)
    found = [_Month(sealed.parts(month), folder, extract) for month in sealed.months]
    yield from _verdict(found)


def _newest(manifests: tuple[Manifest, ...], extract: Extract) -> Iterator[Step]:
    """Every file that the journal holds of these months must be among those given."""
    months = {str(manifest.month) for manifest in manifests}
    known = {manifest.sha256 for manifest in manifests}
    ours = [one for one in extract.sealings if one.register == extract.register and one.month in months]
    last = max((one.index for one in ours if one.sha256 in known), default=-1)
    for one in ours:
        if one.sha256 not in known:
            # A file that was sealed before the newest one given was left out; a later one makes these the old ones.
            step = failed if one.index < last else unproven
            yield step("newest", say.LEFT_OUT if one.index < last else say.LATER, f"index {one.index}", name=one.file)


class Row(NamedTuple):
    """What a file says of a record and its header can confirm."""

    version: int
    day: Any
    territory: str


class _Month:
    """One month compared record by record; counts what does not agree."""

    def __init__(self, parts: tuple[Manifest, ...], folder: Path, extract: Extract) -> None:
        self.parts, self.month = parts, parts[0].month
        self.as_of = parts[-1].as_of
        sealed = {one.sha256: one.index for one in extract.sealings}
        self.sealed_at = max(sealed.get(part.sha256, 0) for part in parts)
        self.wrong: list[str] = []
        self.unsure = self.passed_over = 0
        self.counted = 0
        self.looked = self.as_of is not None and self.as_of <= extract.size
        if self.as_of is not None and self.looked:
            try:
                self._compare(self._rows(folder), extract, self.as_of)
            except EngineError as error:
                self.wrong.append(str(error))

    def _rows(self, folder: Path) -> list[tuple[bytes, Row]]:
        schema = self.parts[0].schema
        if schema.column(schema.id).kind != "uuid":
            raise BadInput("id", str(self.month), "the journal names records by uuid, these files by number")
        columns = ", ".join(f'"{name}"' for name in (schema.id, schema.version, schema.dated_by, schema.territory))
        found = ask(records_sql(self.parts, duckdb_scan(folder)), f"SELECT {columns} FROM records", str(self.month))  # noqa: S608
        return [(bytes(id), Row(version, day, str(place))) for id, version, day, place in found]

    def _compare(self, found: list[tuple[bytes, Row]], extract: Extract, as_of: int) -> None:
        rows = dict(found)
        self.counted = len(found)
        if len(found) != self.parts[-1].records:
            self.wrong.append(f"{self.month}: {len(found)} records, the manifest says {self.parts[-1].records}")
        if len(rows) != len(found):
            self.wrong.append(f"{self.month}: {len(found) - len(rows)} rows repeat a record")
        for born in extract.born.values():
            if born.index < as_of:
                self._compare_record(born, rows.pop(born.id, None), born.as_of(as_of))
            elif born.index < self.sealed_at and born.id not in rows:
                day = born.first.day
                self.passed_over += day is not None and Month.of(day) == self.month
        if rows:
            self.wrong.append(
                f"{self.month}: {len(rows)} rows are of no record that entered the journal before {as_of}"
            )

    def _compare_record(self, born: Born, row: Row | None, then: State) -> None:
        """The row, if there is one, against the header of its version; `then` is the newest the files must know of."""
        state = then if row is None else born.states.get(row.version)
        if state is None or state.version < then.version:
            which = "is not known" if state is None else "is an old one"
            self.wrong.append(f"{self.month}: the version {row and row.version} of entry {born.index} {which}")
        elif state.day is None:
            # Nothing before the first act can be told by it, and no month after the act's own is touched by it.
            self.unsure += row is not None or born.acted + EAST >= self.month.first
        elif row is not None and (state.day, state.territory) != (row.day, row.territory):
            self.wrong.append(f"{self.month}: another day or territory than entry {state.index}")
        elif row is not None and Month.of(state.day) != self.month:
            self.wrong.append(f"{self.month}: the record of entry {state.index} is of {state.day}")
        elif row is None and Month.of(state.day) == self.month:
            self.wrong.append(f"{self.month}: the record of entry {born.index} is left out")


def _verdict(found: list[_Month]) -> Iterator[Step]:
    wrong = [reason for month in found for reason in month.wrong]
    behind = [month for month in found if not month.looked]
    if wrong:
        yield failed("complete", say.INCOMPLETE, "; ".join(wrong[:5]), count=len(wrong))
    elif behind:
        yield unproven("complete", say.NO_AS_OF, str(behind[0].month))
    else:
        as_of = min(month.as_of for month in found if month.as_of is not None)
        yield done("complete", say.COMPLETE, count=sum(month.counted for month in found), as_of=as_of)
    unsure = sum(month.unsure for month in found)
    if unsure:
        yield unproven("dated", say.DATED, count=unsure)
    passed_over = sum(month.passed_over for month in found)
    if passed_over:
        yield unproven("newest", say.PASSED_OVER, count=passed_over)


def check_month(
    manifest: Mapping[str, Any], folder: Path, journal: Path, keys: Sequence[VerifierKey]
) -> Iterator[Step]:
    """The same for one sealed file: with the earlier parts of its month beside it."""
    try:
        last = Manifest.from_json(manifest)
        beside = SealedMonths.read(folder, last.register).parts(last.month)
        parts = tuple(part for part in beside if part.supplement < last.supplement)
        SealedMonths(folder, (*parts, last)).of([last.month]).check()
    except EngineError as error:
        yield unproven("complete", say.PARTS_ABSENT, str(error))
        return
    yield from check_complete((*parts, last), folder, journal, keys)
