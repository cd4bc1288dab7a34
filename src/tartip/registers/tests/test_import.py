"""Import of a file as the people at their desks do it: every step posts the file again, and nothing is half done."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tartip.core.batches.models import Batch, Block
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people.models import Person
from tartip.core.time import now
from tartip.registers.lost_property import LostProperty
from tartip.registers.missing import MissingPerson
from tartip.registers.tests.test_pages import ALMALY, hidden_fields, page_of
from tartip.registers.wanted import WantedPerson

HEAD = "Территория;Что это;Когда найдено;Где найдено"
GOOD = f"{HEAD}\n{ALMALY};Чёрный зонт;20.11.2026 10:00;Абай 52\n{ALMALY};Рюкзак;2026-11-21T12:30;\n"
ADDRESS = "/registers/lost_property/import/"
IIN = "880413300215"


def post(client: Client, step: str, body: str | bytes, address: str = ADDRESS, **more: str) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    return client.post(address, {"step": step, "file": SimpleUploadedFile("x.csv", raw), **more})


def text_of(answer: Any) -> str:
    html = answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('id="import"') :]))


def entered(client: Client, body: str | bytes, address: str = ADDRESS) -> Any:
    """All steps, as a browser without scripts does them."""
    checked = post(client, "check", body, address)
    assert checked.status_code == 200, text_of(checked)
    return post(client, "enter", body, address, **hidden_fields(checked.content.decode()))


def workbook(*rows: list[Any], merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def counts(answer: Any) -> tuple[int, ...]:
    return tuple(int(found) for found in re.findall(r'<div class="t-card">\s*<b>(\d+)</b>', answer.content.decode()))


def test_a_file_goes_through_all_steps_and_comes_in_under_one_entry(supervisor: Any) -> None:
    client = page_of(supervisor, "ru")
    assert 'name="file"' in client.get(ADDRESS).content.decode()
    columns = post(client, "columns", GOOD).content.decode()
    assert columns.count("selected") >= 4
    before = Entry.objects.count()
    answer = entered(client, GOOD)
    assert answer.headers["Location"] == "/registers/lost_property/"
    assert Entry.objects.count() == before + 1
    assert {one.described for one in LostProperty.objects.all()} == {"Чёрный зонт", "Рюкзак"}
    # Typed in Almaty, five hours before UTC.
    assert LostProperty.objects.get(described="Рюкзак").found_at == datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert audit().findings == []


def test_the_dry_run_writes_nothing_and_names_each_error(supervisor: Any) -> None:
    body = (
        f"{HEAD}\n{ALMALY};Зонт;31.02.2026 10:00;\nБостандыкский р-н;Зонт;20.11.2026 10:00;\n"
        f"{ALMALY};;20.11.2026 10:00;\n{ALMALY};Ключ;20.11.2026 10:00;дом;лишнее\n{ALMALY};Ключ;20.11.2026 10:00;дом\n"
    )
    client = page_of(supervisor)
    before = Entry.objects.count()
    answer = post(client, "check", body)
    assert counts(answer) == (1, 0, 4)
    html, text = answer.content.decode(), text_of(answer)
    assert "<mark>31.02.2026 10:00</mark>" in html
    assert "<mark>Бостандыкский р-н</mark>" in html
    assert "2 When it was found 31.02.2026 10:00 There is no such day or time. Write it as" in text
    assert "5 the whole row" in text
    assert "The row has 5 columns, the head 4" in text
    assert (LostProperty.objects.count(), Batch.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_wrong_rows_are_downloaded_with_the_reason_and_stay_out(supervisor: Any) -> None:
    body = GOOD + f"{ALMALY};=1+1;2026-13-01;\n"
    client = page_of(supervisor, "ru")
    answer = post(client, "wrong", body)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith(f"{HEAD};")
    assert lines[1].startswith(f"{ALMALY};'=1+1;2026-13-01;;4;")
    entered(client, body)
    assert LostProperty.objects.count() == 2


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ";"), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-16-le", ";"), ("cp1251", ";"), ("cp1251", "\t")],
)
def test_encodings_and_delimiters_are_found(supervisor: Any, encoding: str, delimiter: str) -> None:
    body = GOOD.replace(";", delimiter).encode(encoding)
    assert counts(post(page_of(supervisor), "check", body)) == (2, 0, 0)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (GOOD.replace(";", "|"), "No column was chosen for"),
        ("a;b\n1;2\n", "No column was chosen for"),
        ("", "It is empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old kind"),
        (b"PK\x03\x04broken", "cannot be read as a workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x98" * 50, "save it as"),
        (f'{HEAD}\n{ALMALY};"Зонт;20.11.2026;\n', "quotation marks"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(supervisor: Any, body: str | bytes, words: str) -> None:
    answer = post(page_of(supervisor), "check", body)
    assert words in text_of(answer)
    assert LostProperty.objects.count() == 0


def test_columns_with_other_heads_are_chosen_by_hand(supervisor: Any) -> None:
    body = f"a;b;c\n{ALMALY};Зонт;20.11.2026 10:00\n"
    chosen = {"column.territory": "0", "column.described": "1", "column.found_at": "2"}
    assert counts(post(page_of(supervisor), "check", body, **chosen)) == (1, 0, 0)


def test_a_workbook_with_real_dates_numbers_of_days_and_texts(supervisor: Any) -> None:
    head = ["territory", "described", "found_at"]
    # 46346.5 is noon of 2026-11-20: 46023 is 2026-01-01, and 31+28+31+30+31+30+31+31+30+31 + 19 = 323 days later.
    rows = [
        [ALMALY, "Зонт", datetime(2026, 11, 20, 12)],
        [int(ALMALY), "Зонт", 46346.5],
        ["Алмалы", "Ключ", "20.11.2026"],
    ]
    client = page_of(supervisor)
    assert counts(post(client, "check", workbook(head, *rows))) == (3, 0, 0)
    entered(client, workbook(head, *rows))
    there = datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert [one.found_at for one in LostProperty.objects.order_by("batch_row")][:2] == [there, there]


def test_merged_cells_are_named(supervisor: Any) -> None:
    body = workbook(["territory", "described", "found_at"], [ALMALY, "Зонт", "2026-11-20"], merged="A2:A3")
    assert "cells are merged (A2:A3)" in text_of(post(page_of(supervisor), "check", body)).replace("Cells", "cells")


def test_a_formula_is_reported_and_never_computed(supervisor: Any) -> None:
    body = workbook(["territory", "described", "found_at"], [ALMALY, '=CONCATENATE("a","b")', "2026-11-20"])
    answer = post(page_of(supervisor), "check", body)
    assert counts(answer) == (0, 0, 1)
    assert "formula without a stored value" in text_of(answer)
    assert "=CONCATENATE" in text_of(answer)


def test_a_workbook_that_unpacks_to_too_much_is_refused(supervisor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tartip.web.registers.imports.workbook.MOST_UNPACKED", 10_000)
    body = workbook(["territory", "described", "found_at"], *[[ALMALY, "Зонт", "2026-11-20"]] * 2_000)
    assert "unpacks to more" in text_of(post(page_of(supervisor), "check", body))


def test_a_territory_of_others_is_an_error_of_its_line(charlie: Any, supervisor: Any) -> None:
    client = page_of(supervisor)
    body = f"{HEAD}\n710000000;Зонт;20.11.2026 10:00;\n"
    assert "not one of yours" in text_of(post(client, "check", body))
    assert post(client, "enter", body, **hidden_fields(post(client, "check", body).content.decode())).status_code == 422
    stranger = page_of(charlie)
    assert LostProperty.objects.count() == 0
    for step in ("check", "enter"):
        answer = post(stranger, step, GOOD, sha256=hashlib.sha256(GOOD.encode()).hexdigest(), key="k")
        assert answer.status_code in (200, 403, 422)
    assert LostProperty.objects.count() == 0


def test_who_may_not_do_the_act_sees_no_import(persona: Any) -> None:
    analyst = page_of(persona("analyst"))
    assert analyst.get(ADDRESS).status_code == 403
    assert post(analyst, "check", GOOD).status_code == 403
    assert page_of(persona("supervisor")).get("/registers/nothing/import/").status_code == 404


def test_the_same_form_twice_enters_the_file_once(supervisor: Any) -> None:
    client = page_of(supervisor)
    said = hidden_fields(post(client, "check", GOOD).content.decode())
    assert post(client, "enter", GOOD, **said).status_code == 302
    assert post(client, "enter", GOOD, **said).status_code == 302
    assert (LostProperty.objects.count(), Batch.objects.count()) == (2, 1)
    # Under another key it is told that this file is in already.
    assert post(client, "check", GOOD).status_code == 409


def test_another_file_than_the_one_that_was_checked_is_refused(supervisor: Any) -> None:
    client = page_of(supervisor)
    said = hidden_fields(post(client, "check", GOOD).content.decode())
    assert post(client, "enter", GOOD.replace("Рюкзак", "Сумка"), **said).status_code == 422
    assert LostProperty.objects.count() == 0


def test_persons_come_in_by_their_number_and_what_is_there_already_stays(supervisor: Any) -> None:
    client = page_of(supervisor, "ru")
    address = "/registers/wanted/import/"
    head = "territory,person.name,person.iin,file_number,article,declared_on,scope"
    rows = [f"{ALMALY},Ахметов Б.,{IIN},26-{number},188,2026-11-0{number},республика" for number in (1, 2)]
    body = "\n".join([head, *rows])
    entered(client, body, address)
    assert (WantedPerson.objects.count(), Person.objects.count()) == (2, 1)
    assert {one.scope for one in WantedPerson.objects.all()} == {"national"}
    rows += [f"{ALMALY},Б.,880413300219,26-3,188,2026-11-03,local", f"{ALMALY},Б.,,26-4,188,2026-11-03,local"]
    rows += [f"{ALMALY},Б.,,26-4,188,2026-11-03,local"]
    answer = post(client, "check", "\n".join([head, *rows]), address)
    assert counts(answer) == (1, 2, 2)  # 26-4 is new; 26-1 and 26-2 are there; a bad number, and 26-4 again
    assert "<mark>880413300219</mark>" in answer.content.decode()
    assert audit().findings == []


def test_an_export_can_be_imported_again(supervisor: Any) -> None:
    client = page_of(supervisor, "ru")
    entered(client, GOOD.replace("Рюкзак", "'=Рюкзак"))
    exported = b"".join(client.get("/registers/lost_property/export.csv").streaming_content)  # type: ignore[arg-type]
    assert counts(post(client, "check", exported)) == (2, 0, 0)
    assert LostProperty.objects.filter(described="=Рюкзак").count() == 1


def test_the_card_tells_the_import_and_a_row_is_proved_to_its_reader(supervisor: Any, charlie: Any) -> None:
    client = page_of(supervisor, "en")
    entered(client, GOOD)
    thing = LostProperty.objects.get(described="Рюкзак")
    assert "Imported from a file" in client.get(f"/registers/lost_property/{thing.pk}/").content.decode()
    address = f"/api/v1/registers/batches/{thing.batch}/rows/{thing.batch_row}"
    proof = client.get(address).json()
    assert (proof["index"], proof["size"], len(proof["path"])) == (1, 2, 1)
    assert proof["entry"] == str(Entry.objects.get(act="batch.enter").pk)
    assert page_of(charlie).get(address).status_code == 404
    assert client.get(f"/api/v1/registers/batches/{thing.batch}/rows/9").status_code == 404


def test_missing_persons_come_in_with_their_clocks(supervisor: Any) -> None:
    body = f"Аумақ коды;Who is missing: full name;missing_since;child\n{ALMALY};Әбенова Г.;20.11.2026 09:10;да\n"
    entered(page_of(supervisor), body, "/registers/missing/import/")
    record = MissingPerson.objects.get()
    assert (record.child, record.batch_row) == (True, 0)
    assert Block.objects.filter(register="clock").count() == 1
    assert audit().findings == []


def test_a_letter_among_the_digits_of_a_number_is_marked_alone(supervisor: Any) -> None:
    body = f"territory;person.name;person.iin;missing_since\n{ALMALY};Ким В.;8804133З0215;24.11.2026 07:30\n"
    html = post(page_of(supervisor), "check", body, "/registers/missing/import/").content.decode()
    assert "8804133<mark>З</mark>0215" in html


def test_moments_that_cannot_be_are_errors_of_their_lines_and_old_records_keep_their_terms(supervisor: Any) -> None:
    """Handed in before it was found, found in 2099; and one of last spring whose term runs from last spring."""
    head = f"{HEAD};Когда сдано"
    rows = [
        f"{ALMALY};Зонт;20.11.2026 10:00;;19.11.2026 10:00",
        f"{ALMALY};Сумка;20.11.2099 10:00;;",
        f"{ALMALY};Ключи;02.03.2026 10:00;;03.03.2026 10:00",
    ]
    client, body = page_of(supervisor, "ru"), "\n".join([head, *rows])
    checked = post(client, "check", body)
    assert counts(checked) == (1, 0, 2)
    text = text_of(checked)
    assert "19.11.2026 10:00" in text
    assert "20.11.2099 10:00" in text
    entered(client, body)
    keys = LostProperty.objects.get()
    clock = Clock.objects.get(subject=keys.pk)
    assert clock.started_at == keys.filed_at == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert clock.due_at < now()
