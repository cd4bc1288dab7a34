"""Two people stand a priority-1 incident down, and there is no way round the second one."""

from __future__ import annotations

import dataclasses

import pytest

from tartip.core.acts import Denied, system
from tartip.core.people.actions import appoint, begin_shift
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Account
from tartip.operations.calls import actions as calls
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, unit_on_duty
from tartip.operations.incidents import actions
from tartip.operations.incidents.models import Incident


@pytest.fixture
def immediate(db, dispatcher):
    return opened(dispatcher, priority=1)


HERE = {"lon": 76.92, "lat": 43.24}
# 15 km from there.
FAR = {"lon": 76.80, "lat": 43.35}
NO_PLACE = {"lon": None, "lat": None}


def opened(actor, priority=1, **facts):
    usual = {"territory": ALMATY, "kind_code": "attack", "priority": priority, **HERE}
    return actions.open_incident(actor, **usual | facts)


def test_lowering_the_priority_first_does_not_walk_round_the_second_person(immediate, dispatcher, api):
    send = api(dispatcher)
    lowered = send("post", f"/incident/{immediate.pk}/acts/assess", {"kind_code": "noise", "priority": 4})
    assert lowered.status_code == 200
    refused = send("post", f"/incident/{immediate.pk}/acts/stand_down", {"reason": "false_call"})
    assert (refused.status_code, refused.json()["code"]) == (403, "act.denied")
    shown = send("get", f"/incidents/{immediate.pk}").json()
    assert (shown["priority"], shown["highest_priority"]) == (4, 1)
    assert "incident.ask_stand_down" in shown["acts"]


@pytest.mark.parametrize("outcome", ["false_call", "withdrawn", "elsewhere", "duplicate", "settled", "information"])
def test_one_person_does_not_close_a_priority_1_where_nobody_went(immediate, dispatcher, supervisor, api, outcome):
    """By its outcome nobody went, or in fact: no unit was on the scene, whatever the outcome says."""
    path, body = f"/incident/{immediate.pk}/acts/close", {"outcome": outcome}
    refused = api(dispatcher)("post", path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "incident.two_people")
    actions.ask_stand_down(supervisor, immediate, reason="false_call")
    assert api(supervisor)("post", path, body).status_code == 409  # the one who asked is no second person
    assert api(dispatcher)("post", path, body).status_code == 200


def test_a_priority_1_where_a_unit_was_is_closed_by_one_person(immediate, dispatcher, supervisor, patrol):
    sent = dispatch.send_unit(dispatcher, immediate, unit_on_duty(supervisor, tablet=patrol))
    for step in (dispatch.acknowledge, dispatch.arrive, dispatch.clear):
        step(patrol, sent)
    with pytest.raises(actions.NeedsTwo):
        dispatch.close(dispatcher, Incident.objects.get(pk=immediate.pk), outcome="false_call")
    assert dispatch.close(dispatcher, Incident.objects.get(pk=immediate.pk), outcome="settled").state == "closed"


def test_merging_a_priority_1_into_another_takes_the_rule_along(immediate, dispatcher):
    target = opened(dispatcher, priority=4, kind_code="noise")
    actions.merge(dispatcher, immediate, into=target)
    target.refresh_from_db()
    assert (target.priority, target.highest_priority) == (1, 1)
    with pytest.raises(Denied):
        dispatch.stand_down(dispatcher, target, reason="duplicate")


def test_a_lowered_priority_1_that_is_merged_takes_the_rule_along_too(immediate, dispatcher):
    actions.assess(dispatcher, immediate, kind_code="noise", priority=4)
    target = opened(dispatcher, priority=3, kind_code="noise")
    actions.merge(dispatcher, immediate, into=target)
    target.refresh_from_db()
    assert (target.priority, target.highest_priority) == (3, 1)
    with pytest.raises(actions.NeedsTwo):
        dispatch.close(dispatcher, target, outcome="settled")


def test_releasing_all_units_does_not_walk_round_the_second_person(immediate, dispatcher, supervisor):
    sent = dispatch.send_unit(dispatcher, immediate, unit_on_duty(supervisor))
    dispatch.release(dispatcher, sent)
    with pytest.raises(Denied):
        dispatch.stand_down(dispatcher, Incident.objects.get(pk=immediate.pk), reason="withdrawn")
    with pytest.raises(actions.NeedsTwo):
        dispatch.close(dispatcher, Incident.objects.get(pk=immediate.pk), outcome="not_confirmed")


def test_the_second_person_is_another_person_not_another_appointment(immediate, dispatcher):
    """One account with two appointments (or two tokens) is one person."""
    account = Account.objects.get(pk=dispatcher.account)
    second = appoint(system("test"), account=account, role="supervisor", territory=ALMATY)
    both = dataclasses.replace(appointment_actor(second), on_shift=True)
    actions.ask_stand_down(dispatcher, immediate, reason="false_call")
    with pytest.raises(Denied):
        dispatch.stand_down(both, immediate, reason="false_call")


def test_two_accounts_of_one_person_are_not_two_people(immediate, dispatcher, supervisor, same_person, api):
    """Asked under one log-in, it is neither confirmed nor asked again under the other, whichever was first."""
    dispatcher, other = same_person(dispatcher, role="supervisor")
    path, body = f"/incident/{immediate.pk}/acts/stand_down", {"reason": "false_call"}
    for first, second in ((dispatcher, other), (other, dispatcher)):
        actions.ask_stand_down(first, Incident.objects.get(pk=immediate.pk), reason="false_call")
        refused = api(second)("post", path, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "act.denied")
        refused = api(second)("post", f"/incident/{immediate.pk}/acts/close", {"outcome": "false_call"})
        assert (refused.status_code, refused.json()["code"]) == (409, "incident.two_people")
        with pytest.raises(Denied):
            actions.ask_stand_down(second, Incident.objects.get(pk=immediate.pk), reason="withdrawn")
        actions.keep_open(second, Incident.objects.get(pk=immediate.pk))
    actions.ask_stand_down(dispatcher, Incident.objects.get(pk=immediate.pk), reason="false_call")
    assert api(supervisor)("post", path, body).status_code == 200


@pytest.mark.parametrize("change", ["assess", "place", "unit", "call", "merge", "withdraw"])
def test_what_was_asked_before_the_incident_changed_is_asked_no_longer(immediate, dispatcher, supervisor, change):
    """The second person would confirm what the first one knew, not what is known now."""
    actions.ask_stand_down(dispatcher, immediate, reason="false_call")
    changes = {
        "assess": lambda: actions.assess(dispatcher, immediate, kind_code="shooting", priority=1),
        "place": lambda: actions.correct_place(dispatcher, immediate, address="Абай 120", no_position=True),
        "unit": lambda: dispatch.send_unit(dispatcher, immediate, unit_on_duty(supervisor)),
        "call": lambda: actions.join_call(
            dispatcher, calls.receive_call(dispatcher, territory=ALMATY, offered_at=immediate.opened_at), immediate
        ),
        "merge": lambda: actions.merge(dispatcher, opened(dispatcher, priority=3), into=immediate),
        "withdraw": lambda: actions.keep_open(supervisor, immediate),
    }
    changes[change]()
    immediate.refresh_from_db()
    assert immediate.stand_down_by == ""
    with pytest.raises(Denied):
        dispatch.stand_down(supervisor, immediate, reason="false_call")


def test_an_incident_from_before_the_highest_priority_was_kept_is_asked_in_the_journal(immediate, dispatcher):
    actions.assess(dispatcher, immediate, kind_code="noise", priority=4)
    immediate.highest_priority = None  # as the column is in rows from before
    assert actions.highest_of(immediate) == 1


@pytest.fixture
def crew(supervisor, patrol):
    return unit_on_duty(supervisor, tablet=patrol)


def goes(dispatcher, who, incident, unit):
    sent = dispatch.send_unit(dispatcher, Incident.objects.get(pk=incident.pk), unit)
    for step in (dispatch.acknowledge, dispatch.arrive, dispatch.clear):
        step(who, sent)


def corrected(who, incident, **place):
    return actions.correct_place(who, Incident.objects.get(pk=incident.pk), **place)


def closes(who, incident):
    return dispatch.close(who, Incident.objects.get(pk=incident.pk), outcome="settled").state == "closed"


def test_a_crew_that_was_there_before_the_merging_did_not_attend_what_was_merged_in(dispatcher, patrol, crew):
    """Merged into any incident where a crew once was, an unattended priority 1 still takes two people."""
    target = opened(dispatcher, priority=4, kind_code="noise")
    goes(dispatcher, patrol, target, crew)
    actions.merge(dispatcher, opened(dispatcher), into=target)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, target)
    goes(dispatcher, patrol, target, crew)
    assert closes(dispatcher, target)


def test_what_was_merged_over_two_steps_is_asked_about_too(dispatcher, patrol, crew):
    first, second, last = opened(dispatcher), opened(dispatcher, priority=3), opened(dispatcher, priority=4)
    goes(dispatcher, patrol, last, crew)
    actions.merge(dispatcher, first, into=second)
    actions.merge(dispatcher, Incident.objects.get(pk=second.pk), into=last)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, last)
    goes(dispatcher, patrol, last, crew)
    assert closes(dispatcher, last)


def test_a_crew_kilometres_away_did_not_attend_what_was_merged_in(dispatcher, patrol, crew):
    target = opened(dispatcher, priority=4, kind_code="noise")
    actions.merge(dispatcher, opened(dispatcher, **FAR), into=target)
    goes(dispatcher, patrol, target, crew)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, target)


def test_who_alone_said_that_a_crew_arrived_does_not_close_alone(immediate, dispatcher, supervisor, crew):
    """Acknowledged, arrived and cleared by the desk: a second person closes, or confirms."""
    goes(dispatcher, dispatcher, immediate, crew)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, immediate)
    assert closes(supervisor, immediate)


def test_what_the_desk_entered_for_a_crew_by_radio_another_one_closes(immediate, dispatcher, supervisor, crew):
    goes(dispatcher, supervisor, immediate, crew)
    assert closes(dispatcher, immediate)


def test_a_crew_that_was_there_by_its_tablet_closes_itself(immediate, dispatcher, patrol, crew):
    goes(dispatcher, patrol, immediate, crew)
    assert closes(patrol, immediate)


def test_a_crew_that_sent_itself_does_not_close_by_its_own_word(immediate, dispatcher):
    """One account as duty officer and as crew: it sends its own car, says that it arrived, and closes as the crew."""
    account = Account.objects.get(pk=dispatcher.account)
    appointment = appoint(system("test"), account=account, role="patrol", territory=ALMATY)
    begin_shift(appointment_actor(appointment), appointment=appointment)
    crew = appointment_actor(appointment)
    car = unit_on_duty(dispatcher, tablet=crew)
    goes(dispatcher, crew, immediate, car)
    for who in (dispatcher, crew):
        with pytest.raises(actions.NeedsTwo):
            closes(who, immediate)


def test_a_visit_that_the_closer_entered_under_another_account_is_no_visit(
    immediate, dispatcher, supervisor, same_person, crew
):
    dispatcher, other = same_person(dispatcher, role="supervisor")
    goes(dispatcher, other, immediate, crew)
    for who in (dispatcher, other):
        with pytest.raises(actions.NeedsTwo):
            closes(who, immediate)
    assert closes(supervisor, immediate)


def test_a_crew_does_not_close_by_its_word_where_it_sent_itself_under_another_account(
    immediate, dispatcher, same_person
):
    dispatcher, crew = same_person(dispatcher, role="patrol")
    goes(dispatcher, crew, immediate, unit_on_duty(dispatcher, tablet=crew))
    for who in (dispatcher, crew):
        with pytest.raises(actions.NeedsTwo):
            closes(who, immediate)


def test_a_place_that_the_closer_said_under_another_account_is_his_own_word(dispatcher, same_person, patrol, crew):
    dispatcher, other = same_person(dispatcher, role="supervisor")
    urgent = opened(dispatcher, **FAR)
    corrected(other, urgent, **HERE)
    goes(dispatcher, patrol, urgent, crew)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, urgent)


MOVED = {
    "to an address nobody can place": [{"address": "not said exactly", "no_position": True}],
    "to anywhere around": [{**FAR, "radius_m": 20_000}],
    "to where a crew is": [HERE],
    "to where a crew is in two steps": [
        {"address": "not said exactly", "no_position": True},
        {**HERE, "no_address": True},
    ],
}


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
def test_moving_the_place_does_not_walk_round_the_second_person(dispatcher, patrol, crew, moved):
    """The duty officer moves an urgent incident, merges it into a calm one far away, and sends a crew there."""
    urgent, calm = opened(dispatcher, **FAR), opened(dispatcher, priority=4, kind_code="noise", **HERE)
    for place in moved:
        corrected(dispatcher, urgent, **place)
    actions.merge(dispatcher, Incident.objects.get(pk=urgent.pk), into=calm)
    goes(dispatcher, patrol, calm, crew)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, calm)


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
def test_a_visit_at_a_place_that_the_closer_alone_has_said_is_no_visit(dispatcher, patrol, crew, moved):
    urgent = opened(dispatcher, **FAR)
    for place in moved:
        corrected(dispatcher, urgent, **place)
    goes(dispatcher, patrol, urgent, crew)
    if moved != [{**FAR, "radius_m": 20_000}]:  # the crew was where it was said from the first
        with pytest.raises(actions.NeedsTwo):
            closes(dispatcher, urgent)
    else:
        assert closes(dispatcher, urgent)


@pytest.mark.parametrize("by", ["dispatcher", "supervisor"])
def test_a_crew_was_not_at_the_place_that_was_said_after_its_visit(dispatcher, supervisor, patrol, crew, by):
    """Whoever corrected it: nobody was there."""
    urgent = opened(dispatcher, **HERE)
    goes(dispatcher, patrol, urgent, crew)
    corrected({"dispatcher": dispatcher, "supervisor": supervisor}[by], urgent, **FAR)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, urgent)
    goes(dispatcher, patrol, urgent, crew)
    if by == "supervisor":
        assert closes(dispatcher, urgent)
    else:
        with pytest.raises(actions.NeedsTwo):
            closes(dispatcher, urgent)


def test_a_place_that_another_person_corrected_before_the_visit_is_the_place(dispatcher, supervisor, patrol, crew):
    urgent = opened(dispatcher, **FAR)
    corrected(supervisor, urgent, **HERE)
    goes(dispatcher, patrol, urgent, crew)
    assert closes(dispatcher, urgent)


def test_a_few_steps_beside_are_the_same_place_also_after_the_visit(dispatcher, patrol, crew):
    urgent = opened(dispatcher)
    goes(dispatcher, patrol, urgent, crew)
    corrected(dispatcher, urgent, lon=76.922, lat=43.241)  # 200 m
    assert closes(dispatcher, urgent)


@pytest.mark.parametrize("address", ["", "Абай 120"])
def test_a_place_that_is_first_said_later_moves_nothing_away(dispatcher, patrol, crew, address):
    """Opened without coordinates; the pin is set to what was said, or where nothing had been said."""
    urgent = opened(dispatcher, **NO_PLACE, address=address)
    corrected(dispatcher, urgent, **HERE, address="абай  120")
    goes(dispatcher, patrol, urgent, crew)
    assert closes(dispatcher, urgent)


@pytest.mark.parametrize(("address", "same"), [("Абай 120", True), ("Абай 12", False), ("", False)])
def test_of_places_without_coordinates_only_the_same_address_is_near(dispatcher, patrol, crew, address, same):
    calm = opened(dispatcher, priority=4, kind_code="noise", address="Абай 120")
    actions.merge(dispatcher, opened(dispatcher, **NO_PLACE, address=address), into=calm)
    goes(dispatcher, patrol, calm, crew)
    if same:
        assert closes(dispatcher, calm)
    else:
        with pytest.raises(actions.NeedsTwo):
            closes(dispatcher, calm)


def test_a_calm_incident_that_might_be_anywhere_is_not_near_everything(dispatcher, patrol, crew):
    calm = opened(dispatcher, priority=4, kind_code="noise", radius_m=100_000)
    actions.merge(dispatcher, opened(dispatcher, **FAR), into=calm)
    goes(dispatcher, patrol, calm, crew)
    with pytest.raises(actions.NeedsTwo):
        closes(dispatcher, calm)
