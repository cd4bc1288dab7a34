from __future__ import annotations

import json

import numpy as np
import pytest

from tartip.engines.screening import DEFAULT_RULES, Action, BadRule, Ingress, Kind, Listed, Rule, compile_rules
from tartip.engines.screening.rules import read_rules, rule

REST = rule("rest", Action.PASS)


def decided(policy, **facets):
    """Name of the rule for a state given by facet and by band index; the first value of a facet where none is named."""
    order = ("ingress", "called", "caller", "listed", "roaming", "diverted", "owner", "minute", "hour")
    state = np.ravel_multi_index([int(facets.get(name, 0)) for name in order], policy.shape)
    return policy.rules[policy.decision[state]].name


def test_the_first_rule_that_fits_decides():
    policy = compile_rules(
        [
            rule("denied", Action.BLOCK, listed=Listed.DENIED),
            rule("abroad", Action.WARN, ingress=Ingress.INTERNATIONAL),
            REST,
        ]
    )
    assert decided(policy, listed=Listed.DENIED, ingress=Ingress.INTERNATIONAL) == "denied"
    assert decided(policy, ingress=Ingress.INTERNATIONAL) == "abroad"
    assert decided(policy, ingress=Ingress.NATIONAL) == "rest"


def test_bands_of_all_rules_cut_the_line_of_counts_once():
    """Bounds 30 and 60 make three bands: 0..29, 30..59, 60 and more."""
    policy = compile_rules(
        [
            rule("flood", Action.BLOCK, per_minute=(60, None)),
            rule("burst", Action.WARN, per_minute=(30, 60)),
            REST,
        ]
    )
    assert policy.minute_cuts.tolist() == [30, 60]
    assert [decided(policy, minute=band) for band in range(3)] == ["rest", "burst", "flood"]
    state = int(np.flatnonzero(policy.decision == 1)[0])
    assert policy.describe(state)["per_minute"] == "30..59"


def test_rules_without_an_answer_for_some_call_are_refused_with_an_example():
    with pytest.raises(BadRule, match="no rule decides"):
        compile_rules([rule("abroad", Action.BLOCK, ingress=Ingress.INTERNATIONAL)])


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(BadRule, match="different names"):
        compile_rules([REST, REST])


def test_default_rules_survive_the_trip_through_json():
    rows = json.loads(json.dumps([one.as_dict() for one in DEFAULT_RULES]))
    assert read_rules(rows) == DEFAULT_RULES


@pytest.mark.parametrize(
    "row",
    [
        {"name": "x", "action": "SHOUT"},
        {"name": "x", "action": "PASS", "when": {"nationality": ["KZ"]}},
        {"name": "x", "action": "PASS", "when": {"listed": ["MAYBE"]}},
        {"name": "x", "action": "PASS", "per_minute": [1]},
        {"name": "x", "action": "PASS", "per_minute": ["a", None]},
        {"name": "x", "action": "PASS", "per_minute": [0, 128]},  # the counter stops at 127
        {"name": "x", "action": "PASS", "per_hour": [-1, None]},
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_by_name(row):
    with pytest.raises(BadRule, match="x"):
        read_rules([row])


def test_a_value_of_another_facet_is_refused():
    with pytest.raises(BadRule, match="listed"):
        Rule("x", Action.PASS, {"listed": frozenset({Kind.FOREIGN})})


def test_no_facet_describes_a_person():
    """The screen may look at digits, trunks, lists and counters; nothing of who somebody is or says."""
    from tartip.engines.screening.facets import FACETS

    assert set(FACETS) == {"ingress", "called", "caller", "listed", "roaming", "diverted", "owner"}
