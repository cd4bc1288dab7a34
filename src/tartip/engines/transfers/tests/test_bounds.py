"""Both sides of every bound of the 33 rules, worked out by hand. Account 1 pays account 2 unless said otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from tartip.engines.transfers import RuleParams
from tartip.engines.transfers.tests.made import DAY, HOUR, QUARTER, START, answers, pay


@pytest.mark.parametrize(("age", "ref"), [(DAY - 1, ".01"), (DAY, ".02")])
def test_001_an_account_is_new_for_less_than_a_day(age, ref):
    assert answers(pay(d=3), pay(age))["001"] == ref
    assert answers(pay(d=2, c=3), pay(HOUR, d=3), pay(age))["001"] == ref  # the first of two, of either side


@pytest.mark.parametrize(("received", "ref"), [(4, ".01"), (5, ".02")])
def test_002_convergence_on_the_payer_begins_at_five_received(received, ref):
    assert answers(*(pay(d=3, c=1) for _ in range(received)), pay(1))["002"] == ref


@pytest.mark.parametrize(("age", "ref"), [(DAY, ".02"), (DAY + 1, ".01")])
def test_002_a_payment_exactly_a_day_old_is_inside_the_window(age, ref):
    assert answers(pay(0, d=3, c=1), *(pay(age, d=3, c=1) for _ in range(4)), pay(age))["002"] == ref


@pytest.mark.parametrize(("silence", "ref"), [(QUARTER - 1, ".01"), (QUARTER, ".02")])
def test_003_and_004_an_account_is_dormant_from_the_limit_on(silence, ref):
    assert answers(pay(d=3), pay(silence))["003"] == ref  # receiver last received
    assert answers(pay(d=2, c=3), pay(silence))["003"] == ref  # receiver last paid
    assert answers(pay(c=3), pay(silence))["004"] == ref
    assert answers(pay(d=3, c=1), pay(silence))["004"] == ref


@pytest.mark.parametrize(("before", "ref"), [(89, ".01"), (90, ".02"), (110, ".02"), (111, ".01")])
def test_006_two_alike_among_the_last_three_within_ten_per_cent(before, ref):
    """The new payment is 100: 90 and 110 are alike. It counts itself, so one more makes two."""
    assert answers(pay(amount=before), pay(1, amount=100))["006"] == ref
    assert answers(pay(amount=before), pay(1, 500), pay(2, 100))["006"] == ref
    assert answers(pay(amount=before), pay(1, 500), pay(2, 500), pay(3, 100))["006"] == ".01"  # fourth back


@pytest.mark.parametrize(
    ("before", "ref"),
    [
        ("аренда", ".01"),  # the same
        ("аренды", ".02"),  # 1 letter
        ("ар", ".02"),  # 4 letters missing
        ("а", ".03"),  # 5 letters missing
        ("за товар", ".03"),
    ],
)
def test_007_descriptions_are_similar_below_five_edits(before, ref):
    assert answers(pay(text=before), pay(1, text="аренда"))["007"] == ref


def test_007_compares_with_the_payment_just_before():
    assert answers(pay(text="аренда"), pay(1, text="долг"), pay(2, text="аренда"))["007"] == ".03"


@pytest.mark.parametrize(("others", "ref"), [(0, ".02"), (1, ".02"), (2, ".01")])
def test_008_two_of_the_last_three_go_to_the_same_account(others, ref):
    assert answers(pay(), *(pay(1, c=5) for _ in range(others)), pay(2))["008"] == ref


@pytest.mark.parametrize(("today", "ref"), [(4, ".01"), (5, ".02")])
def test_010_and_011_a_rise_begins_at_three_deviations(today, ref):
    """One payment on the first day, three on the second: mean 2, deviation 1. Five on the third is z = 3."""
    history = [pay(0), *(pay(DAY + i) for i in range(3)), *(pay(2 * DAY + i) for i in range(today - 1))]
    found = answers(*history, pay(2 * DAY + HOUR))
    assert (found["010"], found["011"]) == (ref, ref)


@pytest.mark.parametrize(("today", "ref"), [(3, ".x03"), (2, ".x04"), (1, ".x04")])
def test_010_and_011_a_history_without_variance_leaves_by_its_own_doors(today, ref):
    history = [pay(day * DAY + i) for day in range(2) for i in range(2)] + [pay(2 * DAY) for _ in range(today - 1)]
    found = answers(*history, pay(2 * DAY + HOUR))
    assert (found["010"], found["011"]) == (ref, ref)


def test_010_days_without_payments_count_as_nothing():
    """Payments on day 0 (4), none on days 1 to 3: mean 1, variance 3, deviation 1.73. 6 is z = 2.89, 7 is z = 3.46."""
    quiet = [pay(i) for i in range(4)]
    assert answers(*quiet, *(pay(4 * DAY) for _ in range(5)), pay(4 * DAY))["010"] == ".01"
    assert answers(*quiet, *(pay(4 * DAY) for _ in range(6)), pay(4 * DAY))["010"] == ".02"


@pytest.mark.parametrize(("received", "ref"), [(3, ".01"), (4, ".02")])
def test_016_convergence_on_the_receiver_counts_the_new_payment(received, ref):
    assert answers(*(pay(d=3 + i) for i in range(received)), pay(DAY))["016"] == ref
    assert answers(*(pay(d=3 + i) for i in range(4)), pay(DAY + 1))["016"] == ".01"


@pytest.mark.parametrize(("sent", "ref"), [(3, ".01"), (4, ".02")])
def test_017_divergence_is_five_sent_in_eight_hours(sent, ref):
    assert answers(*(pay(c=3 + i) for i in range(sent)), pay(8 * HOUR))["017"] == ref
    assert answers(*(pay(c=3 + i) for i in range(4)), pay(8 * HOUR + 1))["017"] == ".01"


@pytest.mark.parametrize(("amount", "ref"), [(149, ".01"), (150, ".02")])
def test_018_exceptionally_large_is_half_again_the_largest(amount, ref):
    assert answers(pay(amount=100), pay(1, 60), pay(2, amount))["018"] == ref


def test_018_the_largest_is_sought_in_three_months():
    assert answers(pay(0, 1000), pay(5, 100), pay(QUARTER, 150))["018"] == ".01"
    assert answers(pay(0, 1000), pay(5, 100), pay(QUARTER + 1, 150))["018"] == ".02"
    assert answers(pay(0, 1000), pay(QUARTER + 1, 150))["018"] == ".x01"


@pytest.mark.parametrize(("amount", "ref"), [(499, ".01"), (500, ".02")])
def test_020_and_048_a_large_amount_begins_at_three_deviations(amount, ref):
    """Amounts 100 and 300: mean 200, deviation 100. 500 is z = 3."""
    found = answers(pay(0, 100), pay(1, 300), pay(2, amount))
    assert (found["020"], found["048"]) == (ref, ref)


@pytest.mark.parametrize(("amount", "ref"), [(101, ".x03"), (100, ".x04"), (99, ".x04")])
def test_020_and_048_equal_amounts_have_no_variance(amount, ref):
    found = answers(pay(0, 100), pay(1, 100), pay(2, amount))
    assert (found["020"], found["048"]) == (ref, ref)


def test_020_and_048_stay_exact_at_the_largest_amounts():
    """10^15 and 10^15 - 2: mean 10^15 - 1, deviation 1, z of 10^15 is 1. In floats the variance is lost."""
    found = answers(pay(0, 10**15), pay(1, 10**15 - 2), pay(2, 10**15))
    assert (found["020"], found["048"]) == (".01", ".01")
    low = 10**15 - 10
    found = answers(pay(0, low), pay(1, low + 2), pay(2, low + 4))  # mean low + 1, deviation 1, z = 3
    assert (found["020"], found["048"]) == (".02", ".02")


@pytest.mark.parametrize(("others", "ref"), [(3, ".01"), (4, ".02")])
def test_021_many_similar_amounts_are_five_within_ten_per_cent(others, ref):
    assert answers(*(pay(d=3 + i, amount=90) for i in range(others)), pay(DAY, 100))["021"] == ref
    assert answers(*(pay(d=3 + i, amount=110) for i in range(others)), pay(DAY, 100))["021"] == ref
    assert answers(*(pay(d=3 + i, amount=89) for i in range(4)), pay(DAY, 100))["021"] == ".01"
    assert answers(*(pay(d=3 + i, amount=111) for i in range(4)), pay(DAY, 100))["021"] == ".01"
    assert answers(*(pay(d=3 + i, amount=100) for i in range(4)), pay(DAY + 1, 100))["021"] == ".x01"


@pytest.mark.parametrize(
    ("paid", "without", "with_commission"),
    [
        (80, ".x03", ".x03"),
        (81, ".x03", ".01"),  # 90 less 10 %
        (89, ".x03", ".01"),
        (90, ".01", ".01"),  # 100 less 10 %, and 90 itself
        (99, ".01", ".01"),  # 90 and 10 %
        (100, ".01", ".x03"),
        (110, ".01", ".x03"),
        (111, ".x03", ".x03"),
    ],
)
def test_024_to_027_one_receipt_of_100_passed_on(paid, without, with_commission):
    payer = answers(pay(d=3, c=1), pay(DAY, paid))
    assert (payer["025"], payer["027"]) == (without, with_commission)
    receiver = answers(pay(d=3, c=2), pay(DAY, paid, d=2, c=5), pay(DAY + 1))
    assert (receiver["024"], receiver["026"]) == (without, with_commission)


def test_024_to_027_several_receipts_summed_up():
    """60 and 40 are passed on as 100: no single receipt fits, the newest two together do."""
    receipts = [pay(0, 900, d=3, c=1), pay(1, 60, d=4, c=1), pay(2, 40, d=5, c=1)]
    assert answers(*receipts, pay(3, 100))["025"] == ".02"
    assert answers(*receipts, pay(3, 90))["027"] == ".02"
    assert answers(*receipts, pay(3, 990))["025"] == ".01"  # 900 alone and 10 %
    assert answers(*receipts, pay(3, 991))["025"] == ".02"  # all three are 1000
    assert answers(*receipts, pay(3, 500))["025"] == ".x03"
    old = [pay(0, 60, d=3, c=1), pay(DAY, 40, d=4, c=1)]
    assert answers(*old, pay(DAY, 100))["025"] == ".02"
    assert answers(*old, pay(DAY + 1, 100))["025"] == ".x03"  # the 60 fell out of the window
    received = [pay(0, 60, d=3), pay(1, 40, d=4), pay(2, 100, d=2, c=5)]
    assert answers(*received, pay(3))["024"] == ".02"


@pytest.mark.parametrize(
    ("born", "at", "ref"),
    [
        (date(2008, 9, 22), 0, ".02"),  # eighteen today
        (date(2008, 9, 23), 0, ".01"),
        (date(2008, 9, 23), 19 * HOUR - 1, ".01"),
        (date(2008, 9, 23), 19 * HOUR, ".02"),  # midnight in Kazakhstan is 19:00 UTC
        (date(2026, 9, 22), 0, ".01"),
        (date(2026, 9, 23), 0, ".err"),  # not born yet
        (None, 0, ".err"),
    ],
)
def test_028_of_age_from_the_eighteenth_birthday_by_the_local_calendar(born, at, ref):
    assert answers(pay(at, born=born))["028"] == ref


@pytest.mark.parametrize(("at", "ref"), [(date(2026, 2, 28), ".01"), (date(2026, 3, 1), ".02")])
def test_028_born_on_29_february_comes_of_age_on_1_march(at, ref):
    noon = (at.toordinal() - date(2026, 9, 22).toordinal()) * DAY
    assert answers(pay(noon, born=date(2008, 2, 29)))["028"] == ref


def test_030_the_second_payment_to_an_account_is_familiar():
    assert answers(pay())["030"] == ".01"
    assert answers(pay(), pay(1))["030"] == ".02"
    assert answers(pay(c=3), pay(d=3), pay(1))["030"] == ".01"  # other pairs do not help


def test_044_and_045_none_the_first_several():
    """None is possible only for a payment that did not succeed: it does not count itself."""
    assert [answers(pay(succeeded=False))[rule] for rule in ("044", "045")] == [".01", ".01"]
    assert [answers(pay())[rule] for rule in ("044", "045")] == [".02", ".02"]
    assert [answers(pay(), pay(1))[rule] for rule in ("044", "045")] == [".03", ".03"]
    assert [answers(pay(c=3), pay(d=4), pay(1))[rule] for rule in ("044", "045")] == [".03", ".03"]


@pytest.mark.parametrize(("thousandths", "ref"), [(116_096, ".02"), (116_097, ".01")])
def test_054_and_063_chi_square_of_fifty_ones_is_116_0964(thousandths, ref):
    """n (1 / p1 - 1) = 50 * (1 / 0.30103 - 1) = 116.0964."""
    params = RuleParams(benford_thousandths=thousandths)
    found = answers(*(pay(i, 100) for i in range(49)), pay(50, 100), params=params)
    assert (found["054"], found["063"]) == (ref, ref)


@pytest.mark.parametrize(
    ("counts", "ref"),
    [
        ((10, 10, 4, 2, 6, 3, 8, 4, 3), ".01"),  # chi-square 15.4317
        ((13, 9, 4, 5, 1, 3, 4, 8, 3), ".02"),  # 15.5649
    ],
)
def test_054_and_063_the_limit_of_15_507(counts, ref):
    amounts = [digit * 10 for digit, count in enumerate(counts, 1) for _ in range(count)]
    found = answers(*(pay(i, amount) for i, amount in enumerate(amounts)))
    assert len(amounts) == 50
    assert (found["054"], found["063"]) == (ref, ref)


@pytest.mark.parametrize(("earlier", "ref"), [(48, ".x01"), (49, ".02")])
def test_054_and_063_need_fifty_transactions(earlier, ref):
    found = answers(*(pay(i, 900) for i in range(earlier)), pay(99, 900))
    assert (found["054"], found["063"]) == (ref, ref)


HERE = {"lat": 43_238_000, "lon": 76_945_000}
KILOMETRE = {"lat": 43_238_000 + 8_993, "lon": 76_945_000}  # one degree of latitude is 111,195 m


@pytest.mark.parametrize(("ms", "ref"), [(72_001, ".01"), (72_000, ".02")])
def test_074_a_kilometre_in_72_seconds_is_50_km_an_hour(ms, ref):
    assert answers(pay(**HERE), pay(ms, **KILOMETRE))["074"] == ref


def test_074_looks_back_one_hour_for_a_place():
    far = {"lat": 51_128_000, "lon": 71_430_000}  # Astana, 970 km
    assert answers(pay(**HERE), pay(HOUR, **far))["074"] == ".02"
    assert answers(pay(**HERE), pay(HOUR + 1, **far))["074"] == ".x01"
    assert answers(pay(**HERE), pay(5), pay(HOUR, **far))["074"] == ".02"  # the one between has no place
    assert answers(pay(**HERE), pay(0, **HERE))["074"] == ".01"  # standing still is no speed
    assert answers(pay(**HERE), pay(0, **KILOMETRE))["074"] == ".02"  # two places at once
    assert answers(pay(**HERE), pay(5))["074"] == ".x01"
    assert answers(pay(), pay(5, **HERE))["074"] == ".x01"


@pytest.mark.parametrize(("near", "ref"), [(0, ".01"), (1, ".02"), (4, ".02"), (5, ".03")])
def test_075_usual_places_are_counted_within_five_kilometres(near, ref):
    edge = {"lat": HERE["lat"] + 44_966, "lon": HERE["lon"]}  # 5,000 m
    beyond = {"lat": HERE["lat"] + 44_975, "lon": HERE["lon"]}  # 5,001 m
    history = [pay(i, **edge) for i in range(near)] + [pay(9, **beyond) for _ in range(6)]
    assert answers(*history, pay(10, **HERE))["075"] == ref


def test_075_without_places_there_is_no_history():
    assert answers(pay(), pay(1, **HERE))["075"] == ".x01"
    assert answers(pay(**HERE), pay(1))["075"] == ".x01"


@pytest.mark.parametrize(("ms", "ref"), [(299_999, ".01"), (300_000, ".02")])
def test_076_a_follow_up_is_quick_below_five_minutes(ms, ref):
    assert answers(pay(c=9), pay(ms))["076"] == ref


@pytest.mark.parametrize(("kind", "ref"), [("MP2B", ".01"), ("MP2P", ".02"), ("CASH", ".03"), ("OTHER", ".00")])
def test_078_the_type_chooses(kind, ref):
    assert answers(pay(kind=kind))["078"] == ref


def test_083_and_084_a_second_account_of_the_same_party_counts():
    assert [answers(pay(), pay(1))[rule] for rule in ("083", "084")] == [".01", ".01"]
    other = pay(d=8, c=9, debtor=101, creditor=102)
    assert [answers(other, pay(1))[rule] for rule in ("083", "084")] == [".02", ".02"]
    turned = pay(d=9, c=8, debtor=102, creditor=101)  # seen on the other side
    assert [answers(turned, pay(1))[rule] for rule in ("083", "084")] == [".02", ".02"]


@pytest.mark.parametrize(("others", "ref"), [(2, ".01"), (3, ".02")])
def test_090_a_feeder_that_spreads_to_three_others_is_divergence(others, ref):
    spread = [pay(0, d=3, c=10 + i) for i in range(others)]
    assert answers(*spread, pay(0, d=3, c=1), pay(DAY))["090"] == ref
    assert answers(*spread, pay(1, d=3, c=1), pay(DAY + 1))["090"] == ".01"  # the spreading is too old
    assert answers(*spread, pay(0, d=3, c=1), pay(DAY + 1))["090"] == ".01"  # so is the feeding
    assert answers(*spread, pay(0, d=4, c=1), pay(DAY))["090"] == ".01"  # somebody else fed it


@pytest.mark.parametrize(("amount", "ref"), [(999_999, ".01"), (1_000_000, ".02")])
def test_091_the_limit_is_ten_thousand_units_in_minor_units(amount, ref):
    assert answers(pay(amount=amount))["091"] == ref


NEEDS_SUCCESS = {
    "006", "007", "008", "010", "011", "018", "020", "021", "024", "025", "026", "027", "030", "048", "054", "063",
}  # fmt: skip
NEEDS_HISTORY = NEEDS_SUCCESS - {"030"} | {"001", "003", "004", "074", "075", "076"}


def test_an_unsuccessful_payment_leaves_by_x00_and_is_never_history():
    assert {rule for rule, ref in answers(pay(succeeded=False)).items() if ref == ".x00"} == NEEDS_SUCCESS
    assert answers(pay(succeeded=False, **HERE), pay(1, **HERE)) == answers(pay(1, **HERE))


def test_the_first_payment_of_all_has_no_history():
    found = answers(pay(**HERE, text="аренда"))
    assert {rule for rule, ref in found.items() if ref == ".x01"} == NEEDS_HISTORY


def test_every_rule_answers_every_transfer():
    found = answers(pay())
    assert len(found) == 33
    assert START == 1_790_035_200_000
