from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tartip.core.territory import outlines, tree
from tartip.core.territory.errors import BadOutlineFile
from tartip.core.territory.importer import import_outlines
from tartip.core.territory.locate import locate
from tartip.core.territory.locator import Place
from tartip.core.territory.models import Outline, Territory
from tartip.core.territory.tests.test_geojson import feature, written

pytestmark = pytest.mark.usefixtures("reference")


def square(lon: float, lat: float, **said: Any) -> dict[str, Any]:
    """A square of 0.02° around a point."""
    d = 0.01
    ring = [[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d], [lon - d, lat - d]]
    return feature([ring], **said)


MEDEU = ("751710000", 76.95, 43.24)
ALMALY = ("751110000", 76.92, 43.25)


def test_the_real_districts_are_imported_and_points_meet_them(districts_2024: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = import_outlines(
        districts_2024, source="geokz", licence="CC BY 4.0", progress=lambda done, total: seen.append((done, total))
    )
    assert report.complete
    assert len(report.imported) == 224
    assert report.by_name == ()
    assert report.without_outline == ("x61sauran", "x63markak", "x63ulkenn", "x71sarais")
    assert seen[-1] == (224, 224)
    assert Outline.objects.filter(source="geokz", licence="CC BY 4.0").count() == 224
    # Each city's middle lies in the city's own outline: two sources that know nothing of each other agree.
    for row in tree.current().rows.values():
        if row.kind == "city":
            assert row.centre_lon_e6 is not None
            assert row.centre_lat_e6 is not None
            assert locate(row.centre_lon_e6 / 1e6, row.centre_lat_e6 / 1e6) == Place(row.code, 2)
    assert not Territory.objects.filter(kato_known=True, centre_lon_e6=None).exists()


def test_importing_again_replaces_and_adds_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, square(*MEDEU[1:], kato=MEDEU[0]), source="akimat", licence="open")
    for _ in range(2):
        report = import_outlines(file, valid_from=date(2025, 1, 1))
        assert (report.source, report.licence, report.imported) == ("akimat", "open", (MEDEU[0],))
    assert Outline.objects.filter(territory_id=MEDEU[0]).count() == 1
    assert Outline.objects.get(territory_id=MEDEU[0]).valid_from == date(2025, 1, 1)


def test_an_imported_outline_is_taken_before_the_shipped_one(tmp_path: Path) -> None:
    """Where the shipped outline of Almaty ends, an imported one of the region may begin."""
    inside = (76.9286, 43.2567)
    assert locate(*inside).code == "750000000"
    import_outlines(written(tmp_path, square(76.88, 43.24, kato="750000000"), licence="x"))
    assert [code for code, _, shape in outlines.current_outlines(1) if shape.area < 0.001] == ["750000000"]
    assert locate(76.88, 43.24) == Place("750000000", 1)
    assert locate(*inside).distance_m > 0


def test_without_a_kato_names_are_met_within_the_region(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        square(78.3, 45.1, name_ru="Текели", name_kk="Текелі"),
        square(76.95, 43.24, name_ru="Медеуский район", iso="KZ-75"),
        square(73.0, 49.8, name_ru="Абайский", parent_kato="350000000"),
        square(68.2, 43.5, kato="615500000", name_kk="Сауран"),
        square(69.5, 42.4, name_ru="Жамбылский"),
        square(69.5, 42.4, name_ru="Нигде"),
        square(69.5, 42.4),
    )
    report = import_outlines(file)
    assert report.imported == ("331800000", "353200000", "751710000", "x61sauran")
    assert report.by_name == report.imported
    reasons = [(problem.feature, problem.reason) for problem in report.problems]
    assert reasons == [
        (5, "has no kato, and its names fit 194200000, 314000000, 594600000"),
        (6, "has no kato, and no territory bears its names"),
        (7, "has no kato, and no territory bears its names"),
    ]


def test_what_cannot_be_right_is_refused_with_its_place_and_the_rest_is_taken(tmp_path: Path) -> None:
    bow_tie = [[[76.9, 43.2], [77, 43.3], [77, 43.2], [76.9, 43.3], [76.9, 43.2]]]
    file = written(
        tmp_path,
        square(*MEDEU[1:], kato=MEDEU[0]),
        square(*ALMALY[1:], kato=999999999),
        square(*ALMALY[1:], kato="75-1"),
        feature(bow_tie, kato="751210000"),
        square(*ALMALY[1:], kato=ALMALY[0]),
        square(*ALMALY[1:], kato=int(ALMALY[0])),
        square(51.2, 43.65, kato="751310000"),
    )
    report = import_outlines(file)
    assert report.imported == (MEDEU[0],)
    assert not report.complete
    assert [(problem.feature, problem.line) for problem in report.problems] == [(n, n + 1) for n in range(2, 8)]
    reasons = [problem.reason for problem in report.problems]
    assert reasons[0] == "KATO 999999999 is not in the table of territories"
    assert reasons[1] == "kato must be 9 digits, not '75-1'"
    assert reasons[2].startswith("outline is not valid: Self-intersection")
    assert reasons[3] == reasons[4] == "751110000 is claimed by features 5, 6"
    assert reasons[5] == "lies outside Almaty (750000000)"
    assert Outline.objects.filter(territory__level=2).count() == 1


def test_nothing_is_written_when_no_feature_is_good_or_the_file_is_broken(tmp_path: Path) -> None:
    before = list(Outline.objects.values_list("pk", "imported_at"))
    report = import_outlines(written(tmp_path, square(70, 50, kato="999999999")))
    assert (report.imported, report.complete) == ((), False)
    broken = tmp_path / "half.geojson"
    broken.write_text(written(tmp_path, square(*MEDEU[1:], kato=MEDEU[0])).read_text(encoding="utf-8")[:-5])
    with pytest.raises(BadOutlineFile):
        import_outlines(broken)
    assert list(Outline.objects.values_list("pk", "imported_at")) == before


def test_a_failure_while_writing_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    before = Outline.objects.count()
    file = written(tmp_path, square(*MEDEU[1:], kato=MEDEU[0]))
    monkeypatch.setattr("tartip.core.territory.cache.restamp", fail)  # after the outlines, in the same transaction
    with pytest.raises(RuntimeError):
        import_outlines(file)
    assert Outline.objects.count() == before
    assert Territory.objects.get(code=MEDEU[0]).centre_lon_e6 is None


def test_a_territory_without_a_centre_gets_one_inside_its_outline(tmp_path: Path) -> None:
    import_outlines(written(tmp_path, square(*MEDEU[1:], kato=MEDEU[0])))
    medeu = Territory.objects.get(code=MEDEU[0])
    assert medeu.centre_lon_e6 == pytest.approx(76_950_000, abs=10_000)
    assert medeu.centre_lat_e6 == pytest.approx(43_240_000, abs=10_000)
    assert tree.current().row(MEDEU[0]).centre_lon_e6 == medeu.centre_lon_e6


def test_outlines_leave_as_geojson_for_maps() -> None:
    collection = json.loads(outlines.feature_collection(1))
    assert len(collection["features"]) == 20
    assert {item["id"] for item in collection["features"]} == set(tree.children("KZ"))
