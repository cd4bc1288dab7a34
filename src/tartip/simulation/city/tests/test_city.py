"""The living city: its plan is the same for a seed, its numbers are the published ones, and people come first."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from tartip.core.time import now
from tartip.operations.calls.kinds import kinds
from tartip.operations.incidents.outcomes import OUTCOMES
from tartip.simulation.city import fleet as cityfleet
from tartip.simulation.city.plan import ZONE, city, national, plan_day, regions, sample

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def plan():
    return plan_day(1, DAY)


def test_the_same_seed_gives_the_same_day_byte_by_byte(plan):
    again = plan_day(1, DAY)
    assert [call.as_bytes() for call in again] == [call.as_bytes() for call in plan]
    assert [call.as_bytes() for call in plan_day(2, DAY)] != [call.as_bytes() for call in plan]
    assert plan_day(1, DAY + timedelta(days=1))[0].number != plan[0].number


def test_a_day_lies_within_the_day_and_is_in_order(plan):
    assert [call.at for call in plan] == sorted(call.at for call in plan)
    # A second caller may ring after midnight
    firsts = {call.at.astimezone(ZONE).date() for call in plan if call.number == call.event}
    assert firsts == {DAY}


def test_the_nation_calls_eleven_to_twelve_thousand_times_and_a_quarter_of_it_at_night(plan):
    assert all(11_000 <= national(seed, DAY) <= 12_000 for seed in range(50))
    home = [call for call in plan if call.territory == city().home and call.number == call.event]
    people = {row.code: row.population for row in regions()}
    expected = national(1, DAY) * people[city().home] // sum(people.values())
    assert len(home) in (expected, expected + 1)
    # 3 082 of 11 448 between 22:00 and 6:00: 269 of 1000. A thousand draws stay within 0.06 (4 σ).
    night = sum(call.at.astimezone(ZONE).hour in (22, 23, 0, 1, 2, 3, 4, 5) for call in home)
    assert 0.21 < night / len(home) < 0.33
    assert sum(city().hours) == sum(city().kinds.values()) == 10_000
    assert sum(city().hours[hour] for hour in (22, 23, 0, 1, 2, 3, 4, 5)) == 2_692


def test_every_region_has_callers_and_most_ask_for_information(plan):
    assert {call.territory for call in plan} == {row.code for row in regions()}
    assert Counter(call.kind for call in plan).most_common(1)[0][0] == "information"


def test_kinds_and_outcomes_of_the_plan_are_those_of_the_house(plan):
    assert city().kinds.keys() == kinds().keys() - {"patrol_check"}
    assert {call.outcome for call in plan} <= OUTCOMES.keys()


def test_further_callers_speak_of_an_event_that_was_called_in_before(plan):
    numbers = {call.number: call for call in plan}
    further = [call for call in plan if call.number != call.event]
    assert further
    assert all(numbers[call.event].at < call.at and numbers[call.event].kind == call.kind for call in further)


def test_the_sample_of_a_day_holds_events_of_several_regions():
    found = sample(1, DAY, 12)
    assert len(found) == 12
    assert len({call.territory for call in found}) > 3
    assert "information" not in {call.kind for call in found}


def test_the_fleet_has_forty_units_at_home_and_two_elsewhere_with_names_of_their_own():
    fleet = cityfleet.fleet(1)
    counted = Counter(unit.territory for unit in fleet)
    assert counted.pop(city().home) == 40
    assert set(counted.values()) == {2}
    assert len({(unit.territory, unit.callsign) for unit in fleet}) == len(fleet) == 78
    assert fleet == cityfleet.fleet(1)


def test_everything_at_home_happens_in_almaty(db, plan):
    from tartip.core.territory import tree
    from tartip.simulation.city.callers import territory_of

    home = [call for call in plan if call.territory == city().home][:200]
    assert all(tree.contains(city().home, territory_of(call)) for call in home)


def test_the_demo_is_seeded_once_with_people_units_and_a_past(db):
    from tartip.core.journal.models import Entry
    from tartip.operations.incidents.models import Incident
    from tartip.operations.units.models import Unit
    from tartip.simulation.city import run as module

    module.seed_demo(1, a_month=6, hours=1)
    assert Unit.objects.filter(state="on_duty").count() == 78
    assert Unit.objects.get(callsign="Барс-14").account.username == "patrol"
    months = {incident.opened_at.astimezone(ZONE).strftime("%Y-%m") for incident in Incident.objects.all()}
    today = now().astimezone(ZONE)
    assert {f"{today.year - 1}-01", f"{today.year - 1}-12"} <= months
    # Some of the last hour is still under way, or everything was quiet and is closed; nothing else is possible
    assert set(Incident.objects.values_list("state", flat=True)) <= {"opened", "assigned", "closed"}
    count = Entry.objects.count()
    module.seed_demo(1)
    assert Entry.objects.count() == count
