from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.screening.automaton import BadPattern, build
from tartip.engines.screening.decide import kind_of
from tartip.engines.screening.plan import BadPlan, Kind, build_plan, default_plan
from tartip.engines.screening.tests.reference import kind

CASES = [
    (77012345678, Kind.HOME_MOBILE),
    (77602345678, Kind.HOME_MOBILE),
    (77172345678, Kind.HOME_FIXED),
    (77272345678, Kind.HOME_FIXED),
    (77112345678, Kind.HOME_FIXED),
    (77512345678, Kind.INLAND_ONLY),  # VoIP range that the metadata calls not diallable from abroad
    (77171345678, Kind.UNALLOCATED),
    (77502345678, Kind.UNALLOCATED),
    (77902345678, Kind.UNALLOCATED),
    (77992345678, Kind.UNALLOCATED),
    (76102345678, Kind.RESERVED),
    (70002345678, Kind.RESERVED),
    (99712345678, Kind.RESERVED),  # +997 is kept for Kazakhstan and missing in the metadata
    (79161234567, Kind.FOREIGN),
    (74951234567, Kind.FOREIGN),
    (73952123456, Kind.FOREIGN),
    (78001234567, Kind.SHARED),  # phonenumbers answers RU, the main country of the code
    (78081234567, Kind.SHARED),
    (78091234567, Kind.SHARED),
    (73362212345, Kind.HOME_SOIL),  # Baikonur
    (442079460958, Kind.FOREIGN),
    (4420794609581, Kind.IMPOSSIBLE),
    (77019, Kind.IMPOSSIBLE),
    (770123456789, Kind.IMPOSSIBLE),
    (870773111222, Kind.SPECIAL),
    (999123456, Kind.NO_PLAN),
    (7, Kind.NO_PLAN),
    (-102, Kind.SHORT),
    (0, Kind.WITHHELD),
    (10**15, Kind.MALFORMED),
    (-100_000, Kind.MALFORMED),
]


@pytest.mark.parametrize(("number", "expected"), CASES)
def test_numbers_get_the_kind_worked_out_by_hand(number, expected):
    assert kind_of(default_plan().automaton.table, number) == expected
    assert kind(number) == expected


def _examples():
    """Example numbers of every region and type, with one digit turned, cut or added."""
    found = []
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind_of_number in range(10):
            example = phonenumbers.example_number_for_type(region, kind_of_number)
            if example is not None:
                found.append(f"{example.country_code}{phonenumbers.national_significant_number(example)}")
    return sorted(set(found))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_examples()), st.integers(0, 14), st.integers(0, 9), st.sampled_from(["turn", "cut", "add", ""]))
def test_the_automaton_says_what_phonenumbers_says(digits, at, digit, change):
    at = min(at, len(digits) - 1)
    digits = {
        "turn": digits[:at] + str(digit) + digits[at + 1 :],
        "cut": digits[:at] + digits[at + 1 :],
        "add": digits[:at] + str(digit) + digits[at:],
        "": digits,
    }[change]
    number = int(digits or "0")
    assert kind_of(default_plan().automaton.table, number) == kind(number)


@settings(max_examples=100, deadline=None)
@given(st.integers(70_000_000_000, 79_999_999_999))
def test_all_of_zone_seven_agrees_with_phonenumbers(number):
    assert kind_of(default_plan().automaton.table, number) == kind(number)


PATTERNS = [r"7(?:0[0-25-8]|47)\d{3}", r"8(?:00|108\d{3})\d{2}", r"[2-46]?\d{2,4}", r"1(?:2(?:3|4)?){2}", "12|13|1[45]"]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PATTERNS), st.text("0123456789", max_size=9))
def test_one_pattern_accepts_what_the_regular_expression_accepts(pattern, digits):
    assert (build([(pattern, 1)]).classify(digits) == 1) == bool(re.fullmatch(pattern, digits))


def test_where_patterns_overlap_the_higher_label_wins():
    automaton = build([(r"7\d{2}", 3), (r"70\d", 9), (r"701", 5)])
    assert [automaton.classify(digits) for digits in ("711", "702", "701", "70")] == [3, 9, 9, 0]


@pytest.mark.parametrize(
    "pattern",
    [
        "7*",
        "[0-9",
        "(7",
        "7)",
        "a",
        r"\w",
        "7{",
        "7{,3}",
        "[a-z]",
        "7{99}",
        "[-3]",
        "7{²}",
        "7{1,²}",
        "7{" + "9" * 5000 + "}",
    ],
)
def test_patterns_outside_the_language_are_refused_with_their_place(pattern):
    with pytest.raises(BadPattern):
        build([(pattern, 1)])


def test_an_exception_of_unknown_kind_names_its_line():
    with pytest.raises(BadPlan, match="line 2"):
        build_plan([{"pattern": "7", "kind": "MOON"}], [])


@pytest.mark.parametrize(
    "row", [("0", "701"), ("x", "701"), ("1", "70"), ("1", "701 701"), ("²", "701"), ("1", "²²²"), ("9" * 5000, "701")]
)
def test_an_operator_row_that_cannot_be_right_names_its_line(row):
    with pytest.raises(BadPlan, match="line 2"):
        build_plan([], [{"operator": row[0], "name": "", "prefixes": row[1]}])
