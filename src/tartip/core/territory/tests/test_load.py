from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection

from tartip.core.journal.audit import audit
from tartip.core.territory import cache, queries, tree
from tartip.core.territory.errors import NoTerritories
from tartip.core.territory.load import load_reference
from tartip.core.territory.locate import locate, locate_e6
from tartip.core.territory.locator import Place
from tartip.core.territory.models import Outline, Revision, Territory
from tartip.core.territory.rows import REGIONS_GEOJSON, TERRITORIES_CSV, read_rows
from tartip.core.territory.spelling import LANGUAGES, Language
from tartip.core.territory.tests.test_spelling import REGIONS

pytestmark = pytest.mark.usefixtures("reference")


def emptied() -> None:
    with connection.cursor() as cursor:
        for model in (Outline, Territory, Revision):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    cache.forget()


def test_the_load_fills_an_empty_table_and_tells_what_it_did() -> None:
    emptied()
    summary = load_reference()
    assert (summary.territories, summary.territories_written) == (249, 249)
    assert (summary.outlines, summary.outlines_written) == (20, 20)
    assert summary.left_over == ()
    assert summary.territories_sha256 == sha256(TERRITORIES_CSV.read_bytes()).hexdigest()
    assert summary.outlines_sha256 == sha256(REGIONS_GEOJSON.read_bytes()).hexdigest()
    assert Territory.objects.count() == 249


def test_loading_again_writes_nothing() -> None:
    stamps = dict(Revision.objects.values_list("key", "stamp"))
    summary = load_reference()
    assert (summary.territories_written, summary.outlines_written) == (0, 0)
    assert dict(Revision.objects.values_list("key", "stamp")) == stamps


def test_a_row_that_differs_is_mended_and_alone_written() -> None:
    Territory.objects.filter(code="750000000").update(name_en="Verny")
    assert load_reference().territories_written == 1
    assert Territory.objects.get(code="750000000").name_en == "Almaty"


BARE = next(row.code for row in read_rows() if row.centre_lon_e6 is None)


@pytest.mark.parametrize("code", ["750000000", BARE])
def test_a_centre_that_nobody_found_is_seen_by_the_audit_and_mended(code: str) -> None:
    """Almaty's stands in the file; the other place has none, and no outline to find one in."""
    Territory.objects.filter(code=code).update(centre_lon_e6=1, centre_lat_e6=1)
    found = [finding for finding in audit().findings if "centre_" in finding]
    assert [code in finding for finding in found] == [True, True]
    assert load_reference().territories_written == 1
    assert not [finding for finding in audit().findings if "centre_" in finding]


def test_a_centre_that_an_import_found_is_kept_and_no_finding() -> None:
    outline = Outline.objects.first()
    assert outline is not None
    outline.pk, outline.territory_id = None, BARE
    outline.save()
    Territory.objects.filter(code=BARE).update(centre_lon_e6=1, centre_lat_e6=1)
    assert not [finding for finding in audit().findings if "centre_" in finding]
    assert load_reference().territories_written == 0
    assert Territory.objects.get(code=BARE).centre_lon_e6 == 1


def test_a_territory_the_file_does_not_know_is_kept_and_told() -> None:
    Territory.objects.create(
        code="759910000", parent_id="750000000", level=2, kind="city_district", timezone="Asia/Almaty",
        name_kk="Жаңа ауданы", name_ru="Новый район", name_en="New District",
    )  # fmt: skip
    assert load_reference().left_over == ("759910000",)
    assert Territory.objects.filter(code="759910000").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_database_orders_regions_as_the_language_does(language: Language) -> None:
    rows = Territory.objects.filter(level=1).order_by(f"sort_{language}")
    assert ", ".join(rows.values_list(f"name_{language}", flat=True)) == REGIONS[language]


def test_the_kept_tree_is_the_tree_of_the_file() -> None:
    assert dict(tree.current().rows) == {row.code: row for row in read_rows()}
    assert tree.contains("750000000", "751710000")
    assert tree.name("751710000", "ru") == "Медеуский район"
    assert tree.region("751710000") == "750000000"
    assert tree.ancestors("751710000") == ("750000000", "KZ")
    assert "751710000" in tree.subtree("KZ")
    assert str(tree.zone("390000000")) == "Asia/Qostanay"


def test_the_tree_is_read_again_after_a_change_of_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree.current()
    assert tree.current() is before
    Territory.objects.filter(code="750000000").update(name_en="Verny")
    monkeypatch.setattr(cache, "CHECK_EVERY", 0.0)
    assert tree.current() is before  # no stamp, no reading
    cache.restamp(cache.TERRITORIES)
    assert tree.name("750000000", "en") == "Verny"


def test_between_two_looks_nothing_is_asked_of_the_database(django_assert_num_queries: Any) -> None:
    tree.current()
    with django_assert_num_queries(0):
        assert tree.contains("KZ", "751710000")


def test_an_empty_table_is_an_error_that_says_what_to_do() -> None:
    emptied()
    with pytest.raises(NoTerritories, match="tartip migrate"):
        tree.current()


def test_points_are_located_by_the_loaded_outlines() -> None:
    assert locate(76.9286, 43.2567) == Place("750000000", 1)
    assert locate_e6(71_430_600, 51_128_200) == Place("710000000", 1)


def test_lists_are_plain_and_in_order() -> None:
    assert ", ".join(item["name"] for item in queries.regions("kk")) == REGIONS["kk"]
    assert len(queries.districts("750000000", "ru")) == 8
    assert queries.districts("750000000", "ru")[0] == {
        "code": "751210000",
        "name": "Алатауский район",
        "short": "Алатауский",
        "kind": "city_district",
        "level": 2,
        "iso": "",
        "kato_known": True,
        "parent": "750000000",
        "region": "750000000",
        "region_name": "город Алматы",
    }


def test_the_duty_officer_finds_kyzylorda_without_kazakh_letters() -> None:
    found = [item["name"] for item in queries.search("кызылорда", "ru")]
    assert found == ["Кызылординская область", "город Кызылорда"]


def test_a_second_of_the_day_the_zones_met() -> None:
    """Almaty's clocks went from 24:00 back to 23:00: 2024-02-29 18:00 UTC is the first moment of UTC+5."""
    last, first = datetime(2024, 2, 29, 17, 59, 59, tzinfo=UTC), datetime(2024, 2, 29, 18, tzinfo=UTC)
    assert last.astimezone(tree.zone("750000000")).utcoffset() == timedelta(hours=6)
    assert first.astimezone(tree.zone("750000000")).utcoffset() == timedelta(hours=5)
