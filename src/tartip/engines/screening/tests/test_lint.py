from __future__ import annotations

from tartip.engines.screening import DEFAULT_RULES, Action, Ingress, Kind, Listed, lint_rules
from tartip.engines.screening.rules import rule

REST = rule("rest", Action.PASS)


def kinds(rules, **options):
    return [(finding.kind, finding.rule, finding.others) for finding in lint_rules(rules, **options)]


def test_the_default_rules_are_clean():
    assert lint_rules(DEFAULT_RULES) == []


def test_a_rule_behind_a_wider_one_is_unreachable():
    wide = rule("wide", Action.BLOCK, ingress=Ingress.INTERNATIONAL)
    narrow = rule("narrow", Action.PASS, ingress=Ingress.INTERNATIONAL, listed=Listed.ALLOWED)
    assert kinds([wide, narrow, REST]) == [("unreachable", "narrow", ("wide",))]
    assert kinds([narrow, wide, REST]) == []


def test_a_rule_that_several_earlier_ones_cover_together_is_unreachable():
    """Neither band covers the rule alone; 0..60 and 60.. together do."""
    rules = [
        rule("low", Action.PASS, per_minute=(0, 60)),
        rule("high", Action.WARN, per_minute=(60, None)),
        rule("abroad", Action.WARN, ingress=Ingress.INTERNATIONAL),
    ]
    assert kinds(rules) == [("unreachable", "abroad", ("low", "high"))]


def test_same_calls_and_another_action_is_a_contradiction():
    rules = [
        rule("a", Action.BLOCK, caller=Kind.UNALLOCATED),
        rule("b", Action.PASS, caller=Kind.UNALLOCATED),
        REST,
    ]
    found = kinds(rules)
    assert ("contradiction", "b", ("a",)) in found
    assert ("unreachable", "b", ("a",)) in found


def test_bands_that_overlap_are_found():
    rules = [
        rule("burst", Action.WARN, per_minute=(30, 70)),
        rule("flood", Action.BLOCK, per_minute=(60, None)),
        REST,
    ]
    assert kinds(rules) == [("overlap", "flood", ("burst",))]


def test_bands_with_a_hole_are_found():
    rules = [
        rule("burst", Action.WARN, per_minute=(30, 60)),
        rule("flood", Action.BLOCK, per_minute=(61, None)),
        REST,
    ]
    (finding,) = lint_rules(rules)
    assert (finding.kind, finding.text) == ("gap", "nothing speaks about 60..60")
    assert finding.is_error


def test_bands_of_different_calls_do_not_disturb_each_other():
    rules = [
        rule("a", Action.WARN, per_minute=(30, None), ingress=Ingress.NATIONAL),
        rule("b", Action.BLOCK, per_minute=(20, 50), ingress=Ingress.INTERNATIONAL),
        REST,
    ]
    assert kinds(rules) == []


def test_a_band_turned_round_is_empty():
    assert kinds([rule("odd", Action.BLOCK, per_minute=(60, 30)), REST])[0] == ("empty", "odd", ())


def test_calls_without_a_rule_are_found():
    assert kinds([rule("a", Action.PASS, ingress=Ingress.NATIONAL)]) == [("undecided", "", ())]


def test_an_overlap_that_the_order_settles_is_a_note():
    rules = [
        rule("a", Action.BLOCK, listed=Listed.DENIED),
        rule("b", Action.WARN, ingress=Ingress.INTERNATIONAL),
        REST,
    ]
    assert kinds(rules) == []
    (note,) = lint_rules(rules, notes=True)
    assert (note.kind, note.rule, note.others, note.is_error) == ("order", "b", ("a",), False)
