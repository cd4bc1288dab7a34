from __future__ import annotations

import json
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import pytest

from tartip.engines.transfers import (
    COMPLETE,
    NUMBERS,
    Advice,
    BadTypology,
    RuleParams,
    Typology,
    lint_cards,
    lint_typology,
)
from tartip.engines.transfers.catalogue import Band, RuleCard, catalogue, span
from tartip.engines.transfers.layout import Status
from tartip.engines.transfers.outcomes import BY_REF, Outcome
from tartip.engines.transfers.tests.made import START, answers, far_rules, pay

FACTS = Path(__file__).parents[6] / "shared" / "data" / "antifraud" / "tazama_rules.json"
PARAMETERS = {
    "002": {"maxQueryRange": "convergence_ms"},
    "006": {"maxQueryLimit": "recent", "tolerance": "tolerance_percent"},
    "008": {"maxQueryLimit": "recent"},
    "010": {"evaluationIntervalTime": "interval_ms"},
    "011": {"evaluationIntervalTime": "interval_ms"},
    "016": {"maxQueryRange": "convergence_ms"},
    "017": {"maxQueryRange": "divergence_ms"},
    "018": {"maxQueryRange": "largest_ms"},
    "021": {"maxQueryRange": "similar_ms", "tolerance": "tolerance_percent"},
    "024": {"maxQueryRange": "mirror_ms", "tolerance": "tolerance_percent"},
    "025": {"maxQueryRange": "mirror_ms", "tolerance": "tolerance_percent"},
    "026": {"maxQueryRange": "mirror_ms", "tolerance": "tolerance_percent", "commission": "commission_percent"},
    "027": {"maxQueryRange": "mirror_ms", "tolerance": "tolerance_percent", "commission": "commission_percent"},
    "054": {"minimumNumberOfTransactions": "benford_minimum"},
    "063": {"minimumNumberOfTransactions": "benford_minimum"},
    "074": {"maxQueryRange": "speed_ms"},
    "075": {"maxRadius": "radius_m"},
    "090": {"maxQueryRangeUpstream": "upstream_ms", "maxQueryRangeDownstream": "downstream_ms"},
}
UNITS = {"tolerance": 100, "commission": 100, "maxRadius": 1000}


@pytest.fixture(scope="module")
def facts():
    if not FACTS.exists():
        pytest.skip("the facts of the public configuration are not on this machine")
    return json.loads(FACTS.read_text("utf-8"))


def exact(bound):
    return None if bound is None else Fraction(str(bound))


def test_bands_exits_and_cases_are_those_of_the_facts(facts):
    cards = {card.number: card for card in catalogue()}
    assert [rule["number"] for rule in facts["rules"]] == list(NUMBERS) == list(cards)
    for rule in facts["rules"]:
        card = cards[rule["number"]]
        assert (card.name, card.subject) == (rule["name"], rule["subject"])
        bands = [(b["ref"], exact(b["lower_inclusive"]), exact(b["upper_exclusive"])) for b in rule["bands"]]
        assert [(band.ref, band.lower, band.upper) for band in card.bands] == bands, card.number
        assert [ref for ref, _ in card.exits] == [way_out["ref"] for way_out in rule["exits"]], card.number
        assert [case[:2] for case in card.cases] == [(c["ref"], c["value"]) for c in rule.get("cases", [])]


def test_parameters_are_those_of_the_facts(facts):
    for rule in facts["rules"]:
        names = PARAMETERS.get(rule["number"], {})
        assert set(names) == set(rule["parameters"]), rule["number"]
        for theirs, ours in names.items():
            value = exact(rule["parameters"][theirs]) * UNITS.get(theirs, 1)
            assert getattr(RuleParams(), ours) == value, (rule["number"], theirs)


def test_every_defect_of_the_facts_is_corrected_and_said_so(facts):
    broken = {rule["number"] for rule in facts["rules"] if rule["known_defect"]}
    assert broken == {card.number for card in catalogue() if card.corrected}
    cards = {card.number: card for card in catalogue()}
    assert "about 91 days" in cards["004"].texts[".02"]
    assert cards["028"].texts[".02"] == "18 years or older"
    assert "similar" in cards["021"].texts[".02"]
    assert cards["074"].unit == "km/h"


def test_the_thresholds_are_those_of_the_facts(facts):
    typology = facts["typology"]
    assert (COMPLETE.alert, COMPLETE.hold) == (typology["alert_threshold"], typology["interdict_threshold"])


def test_our_own_rules_and_weights_are_clean():
    assert lint_cards(catalogue()) == []
    assert lint_typology(COMPLETE, catalogue()) == []


def as_published(number, ref, text, **changes):
    """One of our cards with the words of the public configuration put back."""
    card = next(card for card in catalogue() if card.number == number)
    bands = tuple(replace(band, text=text) if band.ref == ref else band for band in card.bands)
    return replace(card, bands=bands, **changes)


def test_the_linter_finds_the_four_defects_of_the_public_configuration():
    published = [
        as_published("004", ".02", "Debtor account dormant for more than 12 months"),
        as_published("028", ".02", "The debtor is 30 or older"),
        as_published("021", ".02", "a significant number of transactions with the same amount in the last 24 hours"),
        as_published("074", ".01", "walking speed", unit="not stated in the source"),
    ]
    assert [(finding.kind, finding.rule) for finding in lint_cards(published)] == [
        ("text", "004"), ("text", "028"), ("tolerance", "021"), ("unit", "074"),
    ]  # fmt: skip


def test_three_months_in_a_text_fit_a_limit_of_91_days():
    assert lint_cards([as_published("004", ".02", "dormant for more than 3 months")]) == []


def card(*bands):
    return RuleCard("999", "made", "debtor", "units", tuple(Band(f".0{i}", a, b, "") for i, (a, b) in enumerate(bands)))


@pytest.mark.parametrize(
    ("bands", "kind"),
    [
        (((None, Fraction(5)), (Fraction(4), None)), "overlap"),
        (((None, Fraction(5)), (Fraction(6), None)), "gap"),
        (((None, None), (Fraction(6), None)), "overlap"),
        (((None, Fraction(5)), (Fraction(5), Fraction(5)), (Fraction(5), None)), "empty"),
    ],
)
def test_bands_that_do_not_tile_their_line_are_found(bands, kind):
    assert [finding.kind for finding in lint_cards([card(*bands)])] == [kind]


def test_a_reference_given_twice_is_found():
    twice = replace(card((None, Fraction(5)), (Fraction(5), None)), exits=((".00", "x"),))
    assert [finding.kind for finding in lint_cards([twice])] == ["duplicate"]


def test_weights_that_cannot_matter_are_found():
    odd = Typology("odd", {"002": {".x01": 5, ".02": 100}}, alert=50, hold=200)
    found = [(finding.kind, finding.rule) for finding in lint_typology(odd, catalogue())]
    assert ("weight", "002") in found  # 002 never answers .x01
    assert ("weight", "001") in found  # no weight at all
    assert ("threshold", "") in found  # 105 at most, hold at 200


@pytest.mark.parametrize(
    ("weights", "alert", "hold"),
    [({"005": {}}, 1, 1), ({"001": {".x99": 1}}, 1, 1), ({"001": {".02": 1.5}}, 1, 1), ({}, 5, 4), ({}, 0, 4)],
)
def test_a_typology_that_cannot_be_right_is_refused(weights, alert, hold):
    with pytest.raises(BadTypology):
        Typology("odd", weights, alert, hold)


def test_a_score_is_the_sum_of_the_weights_and_thresholds_are_reached_by_equality():
    """A first payment: 028 has no date of birth, 030, 044, 045 are first (200 each), 078 another type (0)."""

    first = far_rules().process(pay())[0]
    assert (first.score, first.advice) == (600, Advice.PASS)
    assert [(reason.rule, reason.ref, reason.weight) for reason in first.reasons] == [
        ("030", ".01", 200), ("044", ".02", 200), ("045", ".02", 200),
    ]  # fmt: skip
    for alert, hold, advice in ((601, 601, Advice.PASS), (600, 601, Advice.ALERT), (600, 600, Advice.HOLD)):
        typology = Typology("t", COMPLETE.weights, alert, hold)
        assert far_rules(typology=typology).process(pay())[0].advice == advice


def test_a_late_transfer_has_no_score():
    from tartip.engines.transfers.tests.made import DAY

    late = far_rules().process([pay(5 * DAY), pay(0)])[1]
    assert (late.status, late.score, late.reasons) == (Status.LATE, None, ())


def test_bounds_and_texts_follow_the_parameters():
    params = RuleParams(limit_units=5_000_000, dormant_ms=30 * 86_400_000)
    cards = {one.number: one for one in catalogue(params)}
    assert cards["091"].texts[".02"] == "5,000,000 units or more"
    assert cards["004"].texts[".02"] == "silent for 30 days or longer"
    assert lint_cards(catalogue(params)) == []
    assert answers(pay(amount=499_999_999), params=params)["091"] == ".01"
    assert answers(pay(amount=500_000_000), params=params)["091"] == ".02"


def test_every_parameter_changes_something_a_reader_can_see():
    """Bounds and windows are in the cards; ceilings of scans and the watermark are the engine's own."""
    text = (Path(__file__).parents[1] / "catalogue.toml").read_text("utf-8")
    hidden = {"scan", "feeders", "fan", "lateness_ms", "minor_per_unit", "interval_ms", "divergence_ms", "mirror_ms"}
    hidden |= {"ahead_ms", "repeated_ms", "speed_ms", "commission_percent", "downstream_ms"}
    assert {one.name for one in fields(RuleParams) if one.name not in text} - hidden == set()


def test_references_and_codes_are_one_to_one():
    assert len(BY_REF) == len(Outcome) - 1
    assert all(BY_REF[outcome.ref] is outcome for outcome in Outcome if outcome)


@pytest.mark.parametrize(
    ("ms", "text"), [(1000, "1 second"), (28_800_000, "8 hours"), (7_889_229_000, "about 91 days")]
)
def test_lengths_of_time_are_written_out(ms, text):
    assert span(ms) == text


def test_scores_belong_to_transfers_and_nothing_is_kept_for_a_person():
    """No interface asks for, or answers with, a score of a party."""
    import tartip.engines.transfers as rules
    from tartip.engines.transfers.layout import ACCOUNT_WIDTH

    names = [name.lower() for name in (*rules.__all__, *dir(rules.TransferRules), *dir(rules.Judgements))]
    assert not [name for name in names if "person" in name or "party" in name or "profile" in name]
    assert ACCOUNT_WIDTH == 35  # times, counts, sums, digits: no column for a judgement
    assert START > 0
