"""One place typed by many hands: what is the same, and what is not."""

from __future__ import annotations

import pytest

from tartip.core.territory.addresses import address_key, names_a_house


@pytest.mark.parametrize(
    "typed",
    [
        "Абай көшесі 10", "ул. Абая, д. 10", "пр-т АБАЯ 10", "Абай к-сі, 10-үй", "проспект Абая 10, кв. 5",
        "Abay ave 10", "10 Абай", "  абая   10 ",
    ],
)  # fmt: skip
def test_one_house_in_many_spellings(typed):
    assert address_key(typed) == address_key("Абай 10") != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Абая 10а", "Абай 10 А"),
        ("угол Абая и Сейфуллина", "Сейфуллин / Абай қиылысы"),
        ("мкр Аксай-4, д 33", "Ақсай-4 шағын ауданы 33 үй"),
        ("Толе би 59", "Төле би к. 59"),
    ],
)
def test_other_pairs_that_are_one_place(one, other):
    assert address_key(one) == address_key(other)
    assert names_a_house(address_key(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Абая 10", "Абая 10а"), ("Абая 10", "Абая 1"), ("Абая 10", "Абылай хана 10"), ("Абая 10", "Абая"),
        ("мкр Аксай-4, 33", "мкр Аксай-3, 33"), ("Гоголя 5", "Горького 5"),
    ],
)  # fmt: skip
def test_what_is_another_place(one, other):
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize("nothing", ["", "  ", " - ", "улица", "г."])
def test_what_names_no_place_has_no_key(nothing):
    assert address_key(nothing) == ""
