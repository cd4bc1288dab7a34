"""Resolving keys, and the lines a lawyer and a journal read."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tartip.core import law
from tartip.core.law.__main__ import main

ON = date(2026, 6, 1)


GROUNDS = """
order-706 order-89 order-85 order-70 upk-179 upk-185 koap-739 koap-741 koap-803 koap-804 koap-817 koap-821 koap-822
koap-826.2 koap-826.3 koap-829.4 koap-893 koap-62 koap-592-2 koap-592-3.1 koap-434.2-1 appk-76 appk-76-1 appk-91 appk-99
uk-188.1 law-police law-prevention house-rule house-journal house-access house-retention house-clock ops-practice
ops-arrive-1 mci koap-811-half keep-camera-archive
"""


@pytest.mark.parametrize("key", GROUNDS.split())
def test_keys_that_acts_name_resolve_today(key):
    edition = law.resolve(key, ON)
    assert edition.key == key
    assert edition.valid_from <= ON


def test_a_missing_edition_is_an_error_and_never_a_guess():
    with pytest.raises(law.MissingEdition) as wrong:
        law.resolve("koap-592-9", ON)
    assert wrong.value.fields["key"] == "koap-592-9"
    with pytest.raises(law.MissingEdition, match=r"Did you mean koap-826\.3"):
        law.resolve("koap-826-3", ON)
    with pytest.raises(law.MissingEdition, match="2024-12-04"):
        law.resolve("koap-592-3.1", date(2024, 12, 3))
    assert not law.is_known("koap-592-3.1", date(2024, 12, 3))
    assert law.is_known("koap-592-3.1", date(2024, 12, 4))


def test_an_edition_changes_on_its_day():
    """592-3 meant 40 km/h and more until 2024-12-03, 40–60 since."""
    assert law.resolve("koap-592-3", date(2024, 12, 3)).en == "Speeding by 40 km/h and more"
    assert law.resolve("koap-592-3", date(2024, 12, 4)).en == "Speeding by 40–60 km/h"


def test_the_order_on_operations_centres_has_its_predecessor():
    assert "439" in law.resolve("order-706", date(2023, 1, 5)).ru
    assert "706" in law.resolve("order-706", ON).ru


def test_the_journal_keeps_the_edition_in_few_letters():
    # 20:30 UTC of 3 December is 01:30 of the 4th in Almaty: the new edition.
    assert law.edition_text("koap-592-3", datetime(2024, 12, 3, 20, 30, tzinfo=UTC)) == "2024-12-04 confirmed"
    assert law.edition_text("koap-592-3", date(2024, 12, 3)) == "2022-01-01 older edition"
    assert max(len(law.edition_text(e.key, e.valid_from)) for e in law.all_editions() if e.table == "articles") <= 32


@pytest.mark.parametrize(
    ("key", "language", "text"),
    [
        ("koap-592-3.1", "ru", "КоАП, ст. 592, ч. 3-1"),
        ("koap-434.2-1", "kk", "ӘҚБтК, 434-2-бап, 1-бөлік"),
        ("appk-76-1", "en", "APPC, art. 76, part 1"),
        ("koap-62", "ru", "КоАП, ст. 62"),
        ("law-enforcement-11", "ru", "Закон об исполнительном производстве, ст. 11"),
        ("law-police", "en", "Internal Affairs Bodies Act"),
    ],
)
def test_norms_are_cited_as_documents_cite_them(key, language, text):
    assert law.citation(law.resolve(key, ON), language) == text


def test_translations_of_titles_by_us_are_marked():
    assert law.resolve("koap-592", ON).official == ("kk", "ru")
    assert law.resolve("koap-592-1", ON).official == ()


def test_the_list_shows_every_row_once(capsys):
    assert main(["--lang", "kk"]) == 0
    printed = capsys.readouterr().out
    assert f"{len(law.all_editions())} / {len(law.all_editions())}" in printed
    assert "koap-829.5-arrest-complaint" in printed


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_list_can_be_narrowed(capsys, language):
    assert main(["--lang", language, "--key", "koap-592-3", "--table", "penalties", "--on", "2026-06-01"]) == 0
    printed = capsys.readouterr().out
    assert {"kk": "айыппұл 40 АЕК", "ru": "штраф 40 МРП", "en": "fine 40 MCI"}[language] in printed
    assert "2 / " in printed
    assert main(["--key", "nothing-here"]) == 1


@pytest.mark.parametrize(
    ("key", "language", "words"),
    [
        ("appk-76-decide", "ru", "15 раб. дн.; молчание – отказ; продление не более 2 мес."),
        ("koap-806-draw", "kk", "дереу"),
        ("koap-829.5-arrest", "en", "the same day"),
        ("dv-order", "en", "lasts 30 calendar days; counting unconfirmed"),
        ("appk-73-notice", "ru", "не менее 3 раб. дн."),
    ],
)
def test_a_deadline_is_told_in_words(key, language, words):
    assert law.how_counted(law.deadline(key, ON), language) == words


def test_the_tables_need_no_django():
    """The verifier and the simulation read them without settings."""
    ask = "import sys, tartip.core.law, tartip.core.terms.arithmetic; print('django' in sys.modules)"
    source = str(Path(law.__file__).parents[3])
    said = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": source}
    )
    assert said.stdout.strip() == "False"
