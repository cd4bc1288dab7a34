"""The mapping of San Diego's codes, and what is said of a mapping that is wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tartip.simulation.errors import BadMapping
from tartip.simulation.replay import mapping

DATA = Path(__file__).resolve().parents[5].parent / "shared" / "data" / "calls"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not on this machine")


def column(name: str, field: str) -> set[str]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return {row[field] for row in csv.DictReader(file)}


@needs_data
def test_every_code_of_the_lists_and_of_the_calls_is_mapped():
    known = mapping.load()
    types = column("san_diego_call_types.csv", "call_type") | column("san_diego_2023_01.csv", "call_type")
    assert types - known.types.keys() == set()
    endings = column("san_diego_dispositions.csv", "dispo_code") | column("san_diego_2023_01.csv", "disposition")
    # DEF stands in no list of the source: it is counted as unknown, and its call is kept
    assert endings - known.dispositions.keys() == {"DEF"}
    assert column("san_diego_2023_01.csv", "priority") - known.priorities.keys() == set()


def test_a_report_of_an_offence_with_an_article_is_administrative_and_another_is_a_crime():
    known = mapping.load()
    assert known.ending("R", "traffic").outcome == "offence"
    assert known.ending("R", "robbery").outcome == "crime"
    assert known.ending("no such code", "robbery").outcome == "settled"
    assert known.treatment("no such code").kind == "other"


@pytest.mark.parametrize(
    "before, after, said",
    [
        ('kind = "attack"', 'kind = "attak"', "types\\[0\\].kind: “attak” is not a kind"),
        ('handling = "patrol"', 'handling = "police"', "handling: must be one of dispatch"),
        ('codes = ["23152", "23152-CR"]', 'codes = ["23152", "T"]', "“T” stands in two groups"),
        ('"0" = 1', '"0" = 7', "priorities.0: must be from 1 to 4"),
        ('outcome = "not_confirmed"', 'outcome = "nothing"', "dispositions.U.outcome: “nothing”"),
        ('zone = "America/Los_Angeles"', 'zone = "America/Los"', "file.zone"),
        ('number = "incident_num"', "", "columns"),
        ('territory = "750000000"', "", "places.territory: is missing"),
        ("[priorities]", "[priorities", "file:"),
    ],
)
def test_a_wrong_mapping_is_refused_naming_the_field_and_the_rule(tmp_path, before, after, said):
    text = mapping.SAN_DIEGO.read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "wrong.toml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadMapping, match=said):
        mapping.load(file)
