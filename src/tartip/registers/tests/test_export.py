"""Export of a list: by the reader's right, with its filters, as files that no program takes for formulas."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import orjson
import pytest
from django.test import Client

from tartip.core.journal.models import Entry, Payload
from tartip.core.people.actions import enter_person
from tartip.core.time import now
from tartip.registers.lost_property import hand_in
from tartip.registers.missing import report
from tartip.registers.tests.test_pages import ALMALY, page_of

EVIL = '=HYPERLINK("http://x","y")'


@pytest.fixture
def things(supervisor: Any) -> None:
    for number, what in enumerate((EVIL, "@SUM(1)", "-1", "\tтаб", "Чёрный зонт")):
        found_at = now() - timedelta(hours=number + 1)
        hand_in(supervisor, territory=ALMALY, described=what, found_at=found_at, found_where="Абай, 52; двор")


def got(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def test_csv_holds_what_the_list_shows_and_no_formula(supervisor: Any, things: None) -> None:
    body = got(page_of(supervisor, "ru"), "/registers/lost_property/export.csv")
    assert body.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
    assert head[:5] == ["id", "Состояние", "Версия", "Код территории", "Территория"]
    assert [row[5] for row in rows] == [f"'{EVIL}", "'@SUM(1)", "'-1", "'\tтаб", "Чёрный зонт"]
    assert rows[0][3] == ALMALY
    assert rows[0][6] == "Абай, 52; двор"
    english = got(page_of(supervisor, "en"), "/registers/lost_property/export.csv").decode("utf-8-sig")
    assert english.startswith("id,State,")


def test_a_workbook_holds_texts_and_no_formula(supervisor: Any, things: None) -> None:
    body = got(page_of(supervisor), "/registers/lost_property/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    cells = [sheet.cell(row, 6) for row in range(2, 7)]
    assert [(cell.value, cell.data_type) for cell in cells][:2] == [(EVIL, "s"), ("@SUM(1)", "s")]


def test_persons_are_hidden_in_every_export(supervisor: Any) -> None:
    person = enter_person(supervisor, territory=ALMALY, name="Әбенова Гүлнар")
    report(supervisor, territory=ALMALY, person=person, missing_since=now() - timedelta(hours=3), seen_where="Абай 38")
    client = page_of(supervisor)
    (line,) = got(client, "/registers/missing/export.jsonl").splitlines()
    assert orjson.loads(line)["person"] == "hidden"
    assert "Әбенова" not in got(client, "/registers/missing/export.csv").decode()


def test_the_filters_of_the_list_hold_and_the_journal_tells_them_without_their_words(
    supervisor: Any, things: None
) -> None:
    client = page_of(supervisor)
    lines = got(client, "/registers/lost_property/export.jsonl?q=зонт&state=kept").splitlines()
    assert [orjson.loads(line)["described"] for line in lines] == ["Чёрный зонт"]
    entry = Entry.objects.get(act="register.export")
    body = Payload.objects.get(entry=entry).body
    said = orjson.loads(body)
    assert (entry.register, said["rows"], said["cut"], said["filters"]) == ("lost_property", 1, False, ["q", "state"])
    assert "зонт" not in body


def test_a_stranger_exports_nothing_of_another_territory(charlie: Any, supervisor: Any, things: None) -> None:
    assert got(page_of(charlie), "/registers/lost_property/export.jsonl") == b""


def test_who_may_not_read_the_register_exports_nothing(persona: Any, things: None) -> None:
    assert page_of(persona("analyst")).get("/registers/lost_property/export.csv").status_code == 403
    assert not Entry.objects.filter(act="register.export").exists()


def test_a_longer_list_is_cut_and_says_so(supervisor: Any, things: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tartip.web.registers.export.MOST_ROWS", 3)
    monkeypatch.setattr("tartip.web.registers.export.PAGE", 2)
    text = got(page_of(supervisor), "/registers/lost_property/export.csv").decode()
    assert text.count(ALMALY) == 3
    assert "Only the first 3 rows were exported" in text
