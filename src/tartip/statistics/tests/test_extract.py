"""With the journal's extract an auditor sees whether anything was left out of a figure, or put into it."""

from __future__ import annotations

import json
import shutil
import tracemalloc
import zipfile
from argparse import Namespace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from tartip.cases.tests.made import seal_all
from tartip.core.acts import perform, system
from tartip.core.journal.erasure import erase
from tartip.core.journal.models import Seal
from tartip.core.journal.queries import receipt
from tartip.core.journal.sealing import signing_key
from tartip.core.time import clock
from tartip.engines.merkle import Stamp, canonical_json
from tartip.engines.months import canonical, seal
from tartip.operations.calls.models import Call
from tartip.statistics import command, export, queries, sealing
from tartip.statistics.extract import NoJournal, UnknownRegister, write_extract
from tartip.statistics.models import SealedMonth
from tartip.statistics.sealing import catch_up, seal_month
from tartip.statistics.tests.made import ALMATY, KOSTANAY, OCTOBER, call, lone_call, october
from tartip.verify import Verdict, verify_file

PERIOD = "2026-10"


@pytest.fixture
def october_calls(persona):
    """Four calls of October, one of them answered by a later version; one of September and one of November."""
    for day in (1, 15, 31):
        call(october(2026, day))
    call(october(2026, 7), KOSTANAY)
    lone_call(datetime(2026, 9, 30, 9, tzinfo=UTC))
    lone_call(datetime(2026, 11, 1, 9, tzinfo=UTC))


def handed_out(tmp_path: Path, indicator: str = "calls.received") -> Path:
    """The figure with its files, as anybody gets it."""
    seal_all()
    path = tmp_path / "out" / "figure.json"
    command.write_out(queries.figure(indicator, "KZ", queries.period_of(PERIOD)), path)
    return path


def extract(tmp_path: Path, register: str = "calls") -> Path:
    seal_all()
    path = tmp_path / f"{register}.zip"
    write_extract(register, path)
    return path


def judge(figure: Path, journal: Path | None = None, *, key: bool = True) -> Verdict:
    return verify_file(figure, [str(signing_key().verifier)] if key else [], journal=journal)


def reasons(verdict: Verdict) -> dict[str, str]:
    return {step.code: step.detail for step in verdict.steps if step.outcome in ("failed", "unproven")}


@pytest.mark.parametrize("register, indicator", [("calls", "calls.received"), ("incidents", "incidents.opened")])
def test_a_figure_is_shown_to_be_complete_by_the_extract(october_calls, tmp_path, register, indicator):
    seal_month(OCTOBER)
    verdict = judge(handed_out(tmp_path, indicator), extract(tmp_path, register))
    assert (verdict.exit_code, reasons(verdict)) == (0, {})
    complete = next(step for step in verdict.steps if step.code == "complete")
    assert complete.fields["count"] == "4"
    assert "вошедшие в журнал до места" in complete.sentence("ru")


def test_a_month_by_itself_is_shown_to_be_complete(october_calls, tmp_path):
    seal_month(OCTOBER)
    call(october(2026, 20))
    seal_month(OCTOBER)
    whole, where = extract(tmp_path), tmp_path / "months"
    where.mkdir()
    for sealed in SealedMonth.objects.filter(counted="calls"):
        stem = sealed.file.removesuffix(".parquet")
        for kind in ("parquet", "manifest.json"):
            shutil.copyfile(sealing.folder() / f"{stem}.{kind}", where / f"{stem}.{kind}")
        (where / f"{stem}.receipt.json").write_bytes(orjson.dumps(receipt(sealed.entry)))
    late, base = where / "calls-2026-10-s01.manifest.json", where / "calls-2026-10.manifest.json"
    assert (judge(late, whole).exit_code, reasons(judge(late, whole))) == (0, {})
    assert set(reasons(judge(base, whole))) == {"newest"}
    base.unlink()
    assert set(reasons(judge(late, whole))) == {"complete", "extract"}


def test_a_supplement_and_a_later_version_are_complete_too(october_calls, tmp_path):
    seal_month(OCTOBER)
    call(october(2026, 20))
    seal_month(OCTOBER)
    lone_call(october(2026, 21))  # entered the journal after the figure's index: no part of what it claims
    assert judge(handed_out(tmp_path), extract(tmp_path)).exit_code == 0


def test_what_was_given_with_a_figure_and_not_read_is_said(october_calls, tmp_path):
    seal_month(OCTOBER)
    figure = handed_out(tmp_path)
    keys = [str(signing_key().verifier)]
    assert verify_file(figure, keys).exit_code == 0
    unstamped = verify_file(figure, keys, stamp_chain=b"")
    assert (unstamped.exit_code, list(reasons(unstamped))) == (3, ["stamp"])
    (figure.parent / "calls-2026-10.parquet").rename(tmp_path / "elsewhere")
    assert {"files", "extract"} <= reasons(judge(figure, extract(tmp_path))).keys()


def test_the_time_stamps_of_a_figures_proofs_are_looked_at(october_calls, tmp_path, monkeypatch):
    seal_month(OCTOBER)
    path = handed_out(tmp_path)
    figure = json.loads(path.read_bytes())
    for proof in figure["journal"].values():
        proof["timestamp"] = "AAAA"
    path.write_bytes(canonical_json(figure))
    keys = [str(signing_key().verifier)]
    assert list(reasons(verify_file(path, keys))) == ["stamp"]
    assert verify_file(path, keys, stamp_chain=b"").exit_code == 1
    holds = Stamp(datetime(2026, 11, 1, tzinfo=UTC), 1, "1.2")
    monkeypatch.setattr("tartip.verify.receipt.verify_stamp", lambda *_: holds)
    verdict = verify_file(path, keys, stamp_chain=b"")
    assert (verdict.exit_code, reasons(verdict)) == (0, {})
    assert [step.fields["time"] for step in verdict.steps if step.code == "stamp"] == ["2026-11-01 00:00:00 UTC"]


def test_a_record_left_out_of_a_month_is_found(october_calls, tmp_path, monkeypatch):
    """October is sealed without the call of Kostanay: the files and the arithmetic are right, the journal tells."""
    real = sealing.around

    def without_one(source: Any, month: Any) -> Any:
        table, as_of = real(source, month)
        return table.filter([place != KOSTANAY for place in table["territory"].to_pylist()]), as_of

    monkeypatch.setattr(sealing, "around", without_one)
    seal_month(OCTOBER)
    figure = handed_out(tmp_path)
    assert json.loads(figure.read_bytes())["value"] == 3
    assert judge(figure).exit_code == 0, "nothing shows in the files themselves"
    verdict = judge(figure, extract(tmp_path))
    assert verdict.exit_code == 1
    assert "is left out" in reasons(verdict)["complete"]


def test_an_invented_record_is_found(october_calls, tmp_path, monkeypatch):
    real = sealing.around

    def with_one_more(source: Any, month: Any) -> Any:
        import pyarrow as pa

        table, as_of = real(source, month)
        more = table.slice(0, 1).to_pylist()[0] | {"id": bytes(16)}
        return pa.concat_tables([table, pa.Table.from_pylist([more], schema=table.schema)]), as_of

    monkeypatch.setattr(sealing, "around", with_one_more)
    seal_month(OCTOBER)
    verdict = judge(handed_out(tmp_path), extract(tmp_path))
    assert verdict.exit_code == 1
    assert "rows are of no record" in reasons(verdict)["complete"]


def test_a_record_moved_to_another_territory_is_found(october_calls, tmp_path, monkeypatch):
    real = sealing.around

    def moved(source: Any, month: Any) -> Any:
        import pyarrow as pa

        table, as_of = real(source, month)
        places = pa.array([ALMATY] * table.num_rows)
        return table.set_column(table.schema.get_field_index("territory"), "territory", places), as_of

    monkeypatch.setattr(sealing, "around", moved)
    seal_month(OCTOBER)
    verdict = judge(handed_out(tmp_path), extract(tmp_path))
    assert verdict.exit_code == 1
    assert "another day or territory" in reasons(verdict)["complete"]


def test_a_missing_newest_file_is_found(october_calls, tmp_path):
    """A supplement was sealed; the figure handed out rests on the month without it."""
    seal_month(OCTOBER)
    old = handed_out(tmp_path)
    call(october(2026, 20))
    catch_up().check()
    assert judge(old).exit_code == 0, "beside it lies no newer file"
    verdict = judge(old, extract(tmp_path))
    assert (verdict.exit_code, set(reasons(verdict))) == (3, {"newest"})
    assert "calls-2026-10-s01" in next(step.sentence() for step in verdict.steps if step.code == "newest")


def test_an_extract_proves_nothing_without_a_known_key_or_with_a_changed_line(october_calls, tmp_path):
    seal_month(OCTOBER)
    figure, whole = handed_out(tmp_path), extract(tmp_path)
    assert judge(figure, whole, key=False).exit_code == 3
    with zipfile.ZipFile(whole) as package:
        head, lines = package.read("extract.json"), package.read("entries.jsonl").splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"act":"call.receive"' in line)
    other = lines[place].replace(b'"register":"call"', b'"register":"cell"')
    forgeries = {
        "a line is missing": lines[:place] + lines[place + 1 :],
        "an entry became one of another register": [*lines[:place], other, *lines[place + 1 :]],
        "two lines changed places": [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]],
        "two records with one pseudonym": one_pseudonym(lines),
        "a line too many": [*lines, lines[-1]],
    }
    for name, forged in forgeries.items():
        path = tmp_path / "forged.zip"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("extract.json", head)
            package.writestr("entries.jsonl", b"".join(forged))
        verdict = judge(figure, path)
        assert verdict.exit_code == 1, name
        assert "extract" in reasons(verdict), name
    whole.write_bytes(whole.read_bytes()[:-200])
    assert judge(figure, whole).exit_code == 1
    assert judge(figure, tmp_path / "none.zip").exit_code == 3, "what is not there refutes nothing"


def one_pseudonym(lines: list[bytes]) -> list[bytes]:
    """Every record gets the pseudonym of the first: the leaves do not change, since it stands beside the header."""
    ids = [json.loads(line)["record"]["id"] for line in lines if b'"record":' in line]
    return [line.replace(found.encode(), ids[0].encode()) for line in lines for found in [id_of(line, ids[0])]]


def id_of(line: bytes, default: str) -> str:
    return str(json.loads(line).get("record", {}).get("id", default))


def forge(whole: Path, change: Any) -> None:
    """The extract's lines as somebody would like them; what is not hashed may be anything."""
    with zipfile.ZipFile(whole) as package:
        head, lines = package.read("extract.json"), package.read("entries.jsonl").splitlines()
    changed = [json.dumps(change(json.loads(line))).encode() for line in lines]
    with zipfile.ZipFile(whole, "w") as package:
        package.writestr("extract.json", head)
        package.writestr("entries.jsonl", b"\n".join(changed) + b"\n")


def sealed_as(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """October is sealed by somebody who may write any rows, and holds the key of the journal."""
    real = sealing.around

    def lying(source: Any, month: Any) -> Any:
        table, as_of = real(source, month)
        return change(table), as_of

    monkeypatch.setattr(canonical, "check_dates", lambda *_: None)
    monkeypatch.setattr(sealing, "around", lying)
    monkeypatch.setattr(sealing, "of_month", lambda table, month: table)
    seal_month(OCTOBER)


def in_october(table: Any) -> Any:
    return export.of_month(table, OCTOBER)


def without_day(day: date) -> Any:
    return lambda table: in_october(table.filter([found != day for found in table["date"].to_pylist()]))


def test_records_of_the_months_beside_it_in_a_file_are_found(october_calls, tmp_path, monkeypatch):
    sealed_as(monkeypatch, lambda table: table)
    figure = handed_out(tmp_path)
    assert json.loads(figure.read_bytes())["value"] == 6
    assert (judge(figure).exit_code, set(reasons(judge(figure)))) == (1, {"days"}), "the files alone show it"
    verdict = judge(figure, extract(tmp_path))
    assert verdict.exit_code == 1
    assert "is of 2026-09-30" in reasons(verdict)["complete"]
    assert "is of 2026-11-01" in reasons(verdict)["complete"]


@pytest.mark.parametrize("day, told", [("2026-10-01", "2026-09-30"), ("2026-10-31", "2026-11-01")])
def test_a_record_at_the_edge_of_a_month_cannot_be_called_one_of_the_next(
    october_calls, tmp_path, monkeypatch, day, told
):
    """Left out of the files, and said in the extract to be of the day before or after the month."""
    sealed_as(monkeypatch, without_day(date.fromisoformat(day)))
    figure, whole = handed_out(tmp_path), extract(tmp_path)

    def moved(line: dict[str, Any]) -> dict[str, Any]:
        if line["entry"].get("day") == day and "record" in line:
            line["record"] |= {"day": told, "territory": line["entry"]["territory"]}
        return line

    forge(whole, moved)
    assert "is left out" in reasons(judge(figure, whole))["complete"]
    forge(whole, lambda line: line | {"entry": line["entry"] | ({"day": told} if "day" in line["entry"] else {})})
    assert set(reasons(judge(figure, whole))) == {"extract"}, "the day is a part of the header"


def test_a_record_cannot_be_booked_to_another_territory_than_its_act(october_calls, tmp_path, monkeypatch):
    def moved(table: Any) -> Any:
        places = [ALMATY if place == KOSTANAY else place for place in table["territory"].to_pylist()]
        return in_october(table.set_column(3, "territory", pa.array(places)))

    sealed_as(monkeypatch, moved)
    figure, whole = handed_out(tmp_path), extract(tmp_path)
    forge(whole, lambda line: line | ({"record": line["record"] | {"territory": ALMATY}} if "record" in line else {}))
    assert "another day or territory" in reasons(judge(figure, whole))["complete"]


def test_a_record_that_stands_twice_in_a_file_is_found(october_calls, tmp_path, monkeypatch):
    """The number of records in the manifest is that of the honest file; the sum is one too high."""
    real = sealing.months.seal_month

    def twice(table: Any, *args: Any, **more: Any) -> Any:
        return real(pa.concat_tables([table, table.slice(0, 1)]), *args, **more)

    monkeypatch.setattr(sealing.months, "seal_month", twice)
    monkeypatch.setattr(seal, "conform", lambda table, *_: table)
    seal_month(OCTOBER)
    figure = handed_out(tmp_path)
    assert json.loads(figure.read_bytes())["value"] == 5
    assert "repeat a record" in reasons(judge(figure, extract(tmp_path)))["complete"]


def test_a_month_that_names_an_early_index_is_not_proven_whole(october_calls, tmp_path, monkeypatch):
    """Sealed at the end, and said to count up to the first call only: the others came before it was sealed."""
    real, first = sealing.around, Seal.objects.filter(entry__register="call").earliest("index").index

    def early(source: Any, month: Any) -> Any:
        return real(source, month)[0].slice(0, 1), first + 1

    monkeypatch.setattr(sealing, "around", early)
    seal_month(OCTOBER)
    figure = handed_out(tmp_path)
    verdict = judge(figure, extract(tmp_path))
    assert (verdict.exit_code, set(reasons(verdict))) == (3, {"newest"})
    assert "3 records" in next(step.sentence() for step in verdict.steps if step.code == "newest")


def test_entries_from_before_the_header_named_the_day_leave_a_figure_unproven(october_calls, tmp_path, monkeypatch):
    monkeypatch.setattr(perform, "day_of", lambda record: None)
    lone_call(october(2026, 8))
    lone_call(october(2026, 9))
    monkeypatch.undo()
    seal_month(OCTOBER)
    verdict = judge(handed_out(tmp_path), extract(tmp_path))
    assert (verdict.exit_code, set(reasons(verdict))) == (3, {"dated"})
    assert "2 records" in next(step.sentence() for step in verdict.steps if step.code == "dated")


def test_a_figure_stays_complete_when_a_record_of_it_was_erased(october_calls, tmp_path):
    """The day stands in the header, which is kept."""
    seal_month(OCTOBER)
    with clock(datetime(2031, 1, 1, tzinfo=UTC)):
        erase(system("retention"), Call.objects.order_by("offered_at")[1])
        seal_all()
        seal_month(OCTOBER)
    verdict = judge(handed_out(tmp_path), extract(tmp_path))
    assert (verdict.exit_code, reasons(verdict)) == (0, {})


def test_a_part_that_unpacks_to_more_than_it_may_is_refused_unread(october_calls, tmp_path):
    seal_month(OCTOBER)
    figure, whole = handed_out(tmp_path), extract(tmp_path)
    with zipfile.ZipFile(whole) as package:
        lines = package.read("entries.jsonl")
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("extract.json", b" " * 64 * 1024 * 1024)
        package.writestr("entries.jsonl", lines)
    tracemalloc.start()
    verdict = judge(figure, whole)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "longer than" in reasons(verdict)["extract"]
    assert peak < 32 * 1024 * 1024


def test_a_file_that_counts_more_than_its_log_held_is_refuted(october_calls, tmp_path, monkeypatch):
    real = sealing.around
    monkeypatch.setattr(sealing, "around", lambda *args: (real(*args)[0], 10_000))
    seal_month(OCTOBER)
    verdict = judge(handed_out(tmp_path))
    assert verdict.exit_code == 1
    assert "came after it was sealed" in reasons(verdict)["journal"]


def test_the_command_writes_the_extract_and_says_how_it_is_used(october_calls, tmp_path, capsys):
    seal_all()
    assert command.extract(Namespace(register="calls", out=str(tmp_path / "x" / "calls.zip"))) == 0
    assert "--journal" in capsys.readouterr().out
    with pytest.raises(UnknownRegister):
        write_extract("secrets", tmp_path / "no.zip")


def test_an_empty_journal_has_no_extract(tmp_path):
    with pytest.raises(NoJournal):
        write_extract("calls", tmp_path / "no.zip")
