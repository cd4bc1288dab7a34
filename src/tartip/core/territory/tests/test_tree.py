from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tartip.core.territory.errors import BrokenTree, NotValidOn, UnknownTerritory
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.rows import TerritoryRow

BEFORE, SINCE = date(2022, 6, 7), date(2022, 6, 8)
EAST, ABAI, ZHETISU, ULYTAU = "630000000", "100000000", "330000000", "620000000"
SEMEY, ALMATY, MEDEU, BURABAY = "101000000", "750000000", "751710000", "117000000"


def changed(country: TerritoryTree, which: str, **fields: object) -> Iterable[TerritoryRow]:
    return [replace(row, **fields) if row.code == which else row for row in country.rows.values()]  # type: ignore[arg-type]


def test_ancestors_go_up_to_the_republic(country: TerritoryTree) -> None:
    assert country.ancestors(MEDEU) == (ALMATY, "KZ")
    assert country.ancestors("KZ") == ()


def test_every_district_has_a_region_and_the_republic_above(country: TerritoryTree) -> None:
    for row in country.rows.values():
        assert len(country.ancestors(row.code)) == row.level


def test_subtree_of_almaty_is_the_city_and_its_eight_districts(country: TerritoryTree) -> None:
    # 751110000 … 751910000 without 6
    assert country.subtree(ALMATY) == {ALMATY} | {f"751{n}10000" for n in (1, 2, 3, 4, 5, 7, 8, 9)}
    assert country.subtree(MEDEU) == {MEDEU}
    assert len(country.subtree("KZ")) == 249


def test_a_territory_contains_itself_and_what_is_below_but_not_its_neighbour(country: TerritoryTree) -> None:
    assert country.contains(ALMATY, MEDEU)
    assert country.contains(ALMATY, ALMATY)
    assert country.contains("KZ", MEDEU)
    assert not country.contains(MEDEU, ALMATY)
    assert not country.contains("190000000", MEDEU)  # Almaty Region is not Almaty


def test_subtrees_of_regions_share_nothing_and_make_the_country(country: TerritoryTree) -> None:
    parts = [country.subtree(code) for code in country.children("KZ")]
    assert sum(map(len, parts)) == len(frozenset().union(*parts)) == 248


def test_region_of_a_district_of_a_region_and_of_the_republic(country: TerritoryTree) -> None:
    assert [country.region(code) for code in (MEDEU, ALMATY, "KZ")] == [ALMATY, ALMATY, None]


def test_names_in_three_languages(country: TerritoryTree) -> None:
    names = [country.name(SEMEY, language) for language in ("kk", "ru", "en")]
    assert names == ["Семей қаласы", "город Семей", "Semey"]


@pytest.mark.parametrize("code", ["999999999", "", "x61", None, ["KZ"]])
def test_an_unknown_code_is_an_error_everywhere_and_not_a_no(country: TerritoryTree, code: str) -> None:
    asks = (
        country.row,
        country.name,
        country.ancestors,
        country.subtree,
        country.children,
        country.zone,
        country.region,
    )
    for ask in asks:
        with pytest.raises(UnknownTerritory):
            ask(code, "kk") if ask == country.name else ask(code)  # type: ignore[operator]
    with pytest.raises(UnknownTerritory):
        country.contains("KZ", code)
    with pytest.raises(UnknownTerritory):
        country.contains(code, "KZ")


def test_semey_was_in_east_kazakhstan_until_8_june_2022(country: TerritoryTree) -> None:
    assert country.parent_on(SEMEY, BEFORE) == EAST
    assert country.parent_on(SEMEY, SINCE) == ABAI


@pytest.mark.parametrize("new", [ABAI, ZHETISU, ULYTAU])
def test_a_new_region_did_not_exist_the_day_before(country: TerritoryTree, new: str) -> None:
    with pytest.raises(NotValidOn, match="2022-06-07"):
        country.parent_on(new, BEFORE)
    assert country.parent_on(new, SINCE) == "KZ"
    assert new not in country.at(BEFORE)
    assert new in country.at(SINCE)


def test_the_old_regions_held_the_districts_of_the_new_ones(country: TerritoryTree) -> None:
    """East had its 13 less nothing known to be younger, and the ten of Abai that are as old as the region; 24 with it.

    Almaty Region: 11 + 10 of Zhetisu + itself = 22. Karaganda: 13 + 5 of Ulytau + itself = 19.
    """
    past = country.at(BEFORE)
    assert len(past.subtree(EAST)) == 13 + 10 + 1
    assert len(past.subtree("190000000")) == 11 + 10 + 1
    assert len(past.subtree("350000000")) == 13 + 5 + 1
    assert len(past.children("KZ")) == 17
    assert past.contains(EAST, SEMEY)
    assert not country.contains(EAST, SEMEY)


def test_districts_younger_than_their_region_are_not_in_the_past(country: TerritoryTree) -> None:
    """Жаңасемей and Мақаншы were cut out after Abai was made: no region of 2022-06-07 can hold them."""
    for code in ("101010000", "104500000"):
        with pytest.raises(NotValidOn):
            country.parent_on(code, BEFORE)


def test_sauran_begins_on_15_march_2021(country: TerritoryTree) -> None:
    with pytest.raises(NotValidOn):
        country.parent_on("x61sauran", date(2021, 3, 14))
    assert country.parent_on("x61sauran", date(2021, 3, 15)) == "610000000"


def test_the_tree_of_today_is_the_tree(country: TerritoryTree) -> None:
    assert dict(country.at(date(2026, 11, 22)).rows).keys() == dict(country.rows).keys()
    assert country.at(BEFORE) is country.at(date(2022, 1, 1))  # one tree for each stretch without a change


def test_the_whole_country_is_at_utc_plus_5_since_march_2024(country: TerritoryTree) -> None:
    moment = datetime(2024, 3, 2, 12, tzinfo=UTC)
    assert {moment.astimezone(country.zone(code)).utcoffset() for code in country.rows} == {timedelta(hours=5)}


def test_before_march_2024_the_east_was_at_utc_plus_6(country: TerritoryTree) -> None:
    """Plus 5: Aktobe, Atyrau, West Kazakhstan, Kyzylorda, Mangystau; plus 6: all others."""
    moment = datetime(2024, 2, 28, 12, tzinfo=UTC)
    west = {
        code
        for code in country.children("KZ")
        if moment.astimezone(country.zone(code)).utcoffset() == timedelta(hours=5)
    }
    assert west == {"150000000", "230000000", "270000000", "430000000", "470000000"}
    for code in (ALMATY, MEDEU, "710000000", "390000000", BURABAY):
        assert moment.astimezone(country.zone(code)).utcoffset() == timedelta(hours=6)


def test_a_district_keeps_the_zone_of_its_region(country: TerritoryTree) -> None:
    for row in country.rows.values():
        if row.level == 2:
            assert row.timezone == country.row(str(row.parent)).timezone


@pytest.mark.parametrize(
    "code, fields, rule",
    [
        (MEDEU, {"parent": "999999999"}, "not in the table"),
        (MEDEU, {"parent": "751110000"}, "not one level up"),
        (MEDEU, {"parent": None}, "has a parent"),
        (MEDEU, {"code": SEMEY}, "twice"),
        (MEDEU, {"timezone": "Asia/Nowhere"}, "unknown time zone"),
        ("KZ", {"parent": MEDEU}, "has a parent"),
    ],
)
def test_rows_that_are_no_tree_are_refused(
    country: TerritoryTree, code: str, fields: dict[str, object], rule: str
) -> None:
    with pytest.raises(BrokenTree, match=rule):
        TerritoryTree(changed(country, code, **fields))


def test_no_rows_are_no_tree() -> None:
    with pytest.raises(BrokenTree, match="one republic"):
        TerritoryTree([])
