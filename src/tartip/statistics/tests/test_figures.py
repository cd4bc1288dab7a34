"""From calls to a figure an outsider verifies: months, supplements, receipts, the page, and tampering."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tartip.cases.tests.made import browser, seal_all, stranger
from tartip.core.acts import Denied
from tartip.core.journal.models import Entry
from tartip.core.journal.sealing import signing_key
from tartip.engines.months import FileChanged
from tartip.statistics import queries
from tartip.statistics.command import command, write_out
from tartip.statistics.models import SealedMonth
from tartip.statistics.sealing import MonthNotOver, RecordsGone, folder, seal_month
from tartip.statistics.tasks import close_months
from tartip.statistics.tests.made import ALMATY, KOSTANAY, LAST_OCTOBER, OCTOBER, call, october

PERIOD = "2026-10"


@pytest.fixture
def octobers(persona):
    """This October: 3 calls in Almaty, 1 in Kostanay. The last one: 2 in Almaty. Counting began a month earlier."""
    call(datetime(2025, 9, 20, 9, tzinfo=UTC))
    for day in (1, 15, 31):
        call(october(2026, day))
    call(october(2026, 7), KOSTANAY)
    for day in (3, 4):
        call(october(2025, day))
    seal_month(LAST_OCTOBER.plus(-1))
    seal_month(LAST_OCTOBER)
    seal_month(OCTOBER)


def value(territory="KZ", indicator="calls.received", period=PERIOD):
    return queries.figure(indicator, territory, queries.period_of(period)).value


def test_a_figure_is_the_plain_count_of_the_records(octobers):
    assert (value(), value(ALMATY), value(KOSTANAY)) == (4, 3, 1)
    assert value(indicator="incidents.opened") == 4


def test_the_year_before_is_put_beside_it(octobers):
    both = queries.year_on_year("calls.received", ALMATY, queries.period_of(PERIOD))
    # 3 against 2: one more, 50,0 %; a base under ten is marked as small
    assert (both.now, both.before, str(both.change.percent), both.change.small_base) == (3, 2, "50.0", True)


def test_the_day_that_counts_is_the_territorys(octobers):
    """19:30 UTC of 31 October is 1 November in Almaty: that call belongs to November."""
    call(datetime(2026, 10, 31, 19, 30, tzinfo=UTC))
    assert seal_month(OCTOBER) == []
    assert value() == 4


def test_sealing_again_without_news_does_nothing_and_each_file_has_one_entry(octobers):
    assert seal_month(OCTOBER) == []
    assert Entry.objects.filter(act="month.seal").count() == SealedMonth.objects.count() == 6


def test_a_late_record_comes_as_a_supplement_beside_the_month(octobers):
    before = {path.name: path.read_bytes() for path in folder().glob("*.parquet")}
    call(october(2026, 20))
    late = seal_month(OCTOBER)
    assert {(one.counted, one.supplement, one.rows) for one in late} == {("calls", 1, 1), ("incidents", 1, 1)}
    assert value() == 5
    assert all((folder() / name).read_bytes() == data for name, data in before.items())


def test_a_file_sealed_before_a_crash_gets_its_entry_at_the_next_try(octobers, monkeypatch):
    call(october(2026, 20))
    with monkeypatch.context() as broken:
        broken.setattr("tartip.statistics.sealing.seal_file", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seal_month(OCTOBER)
    assert next(one.file for one in seal_month(OCTOBER)) == "calls-2026-10-s01.parquet"
    assert seal_month(OCTOBER) == []


def test_a_month_that_is_not_over_is_not_sealed():
    with pytest.raises(MonthNotOver):
        seal_month(OCTOBER.plus(1))


def test_a_lost_key_of_pseudonyms_counts_nothing_twice(octobers, settings):
    settings.LOOKUP_KEY = "ab" * 32
    with pytest.raises(RecordsGone, match="calls"):
        seal_month(OCTOBER)


def test_a_duty_officer_seals_nothing(octobers, charlie):
    call(october(2026, 20))
    with pytest.raises(Denied):
        seal_month(OCTOBER, charlie)


def test_a_sealed_file_holds_no_id_of_a_record(octobers):
    from tartip.operations.calls.models import Call

    data = b"".join(path.read_bytes() for path in folder().glob("calls-*.parquet"))
    assert not any(key.bytes in data for key in Call.objects.values_list("id", flat=True))


def verified(path: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    source = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(source), "LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "tartip.verify", str(path), *(word for key in keys for word in ("--key", key))],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip


def test_the_receipt_verifies_by_itself_and_a_changed_file_is_named(committed, octobers, tmp_path):
    seal_all()
    path = tmp_path / "out" / "figure.json"
    write_out(queries.figure("calls.received", ALMATY, queries.period_of(PERIOD)), path)
    key = str(signing_key().verifier)
    good = verified(path, key)
    assert good.returncode == 0, good.stdout + good.stderr
    alone = verified(path)
    assert alone.returncode == 3
    assert "NOT PROVEN" in alone.stdout.splitlines()[-1]
    assert "The journal holds the manifests of all 1 files." in good.stdout
    file = path.parent / "calls-2026-10.parquet"
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    bad = verified(path, key)
    assert bad.returncode == 1
    assert "calls-2026-10.parquet" in bad.stdout


def test_a_month_verifies_with_its_manifest_its_receipt_and_a_known_key(committed, octobers, tmp_path):
    seal_all()
    for kind in ("parquet", "manifest.json", "receipt.json"):
        name = f"calls-2026-10.{kind}"
        answer = stranger().get(f"/statistics/files/{name}")
        (tmp_path / name).write_bytes(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    manifest = tmp_path / "calls-2026-10.manifest.json"
    assert verified(manifest, str(signing_key().verifier)).returncode == 0
    assert verified(manifest).returncode == 3
    (tmp_path / "calls-2026-10.receipt.json").unlink()
    assert verified(manifest, str(signing_key().verifier)).returncode == 3


def test_a_changed_file_at_home_publishes_nothing(octobers):
    file = folder() / "calls-2026-10.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(FileChanged, match="calls-2026-10"):
        value()


def test_the_page_is_public_and_shows_both_years_and_the_way_to_verify(octobers):
    page = stranger().get("/statistics/").content.decode()
    assert "Поступило вызовов на 102" in page
    assert "Алматы" in page
    assert "/statistics/verify/?indicator=calls.received&amp;territory=KZ&amp;period=2026-10" in page
    proof = stranger().get("/statistics/verify/", {"indicator": "calls.received", "period": PERIOD})
    assert "tartip verify figure.json --key KEY" in proof.content.decode()
    as_of = queries.figure("calls.received", "KZ", queries.period_of(PERIOD)).as_of
    assert f"до записи {as_of}" in proof.content.decode().replace("\u202f", "").replace("\xa0", "")
    assert "Возьмите ключ журнала там, где он опубликован, а не с этой страницы" in proof.content.decode()


def test_the_empty_house_says_what_comes_next():
    assert stranger().get("/statistics/").status_code == 200
    assert stranger().get("/api/v1/statistics/months").json() == []


def test_files_and_packages_are_handed_out_and_nothing_else(octobers):
    client = stranger()
    assert client.get("/statistics/files/calls-2026-10.parquet").status_code == 200
    for name in ("secret.parquet", "..%2Fkeys%2Ftartip_secret_key", "calls-2026-10.parquet.bak"):
        assert client.get(f"/statistics/files/{name}").status_code == 404
    packed = client.get("/statistics/package.zip", {"indicator": "calls.received", "period": PERIOD})
    assert b"".join(packed.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"indicator": "calls.received", "period": "2026-13"}, 422),
        ({"indicator": "calls.received", "period": "2020-01"}, 404),
        ({"indicator": "no.such", "period": PERIOD}, 404),
        ({"indicator": "calls.received", "period": PERIOD, "territory": "123456789"}, 404),
    ],
)
def test_a_question_without_an_answer_is_refused_in_words(octobers, query, status):
    assert stranger().get("/statistics/verify/", query).status_code == status
    code = query.pop("indicator")
    assert stranger().get(f"/api/v1/statistics/figures/{code}", query).status_code == status


def test_the_api_gives_integer_change_and_receipt(octobers, charlie):
    told = browser(charlie).get("/api/v1/statistics/figures/calls.received", {"period": PERIOD}).json()
    assert (told["value"], told["before"], told["percent"]) == (4, 2, "100.0")
    assert told["as_of"] == json.loads(Path(folder() / "calls-2026-10.manifest.json").read_bytes())["as_of"]
    receipt = stranger().get("/api/v1/statistics/figures/calls.received/receipt", {"period": PERIOD})
    assert (json.loads(receipt.content)["format"], json.loads(receipt.content)["value"]) == ("tartip-figure/2", 4)


def test_the_command_seals_counts_and_writes_what_a_verifier_needs(octobers, tmp_path, capsys):
    call(october(2026, 20))
    out = tmp_path / "handed" / "figure.json"
    words = {"seal": PERIOD, "indicator": "calls.received", "territory": ALMATY, "period": PERIOD, "out": str(out)}
    assert command(Namespace(**words)) == 0
    said = capsys.readouterr().out
    assert "sealed calls-2026-10-s01.parquet: 1 rows" in said
    assert f"calls.received · {ALMATY} · 2026-10: 4" in said
    assert {path.name for path in out.parent.iterdir()} == {
        "figure.json", "calls-2026-10.parquet", "calls-2026-10.manifest.json",
        "calls-2026-10-s01.parquet", "calls-2026-10-s01.manifest.json",
    }  # fmt: skip


def test_months_close_by_themselves_and_once(octobers):
    close_months(0)
    assert close_months(0) == 0  # October is the last whole month and nothing came late
    call(october(2026, 20))
    assert close_months(0) == 2  # a supplement of calls and one of incidents


def test_the_page_of_checking_without_a_figure_says_what_to_do(client, db):
    answer = client.get("/statistics/verify/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    assert "press «Check» beside the one you mean" in answer.content.decode()
