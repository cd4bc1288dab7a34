"""The generated pages of three plain registers, as the people at their desks use them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.people.models import Account, Person
from tartip.core.time import now
from tartip.registers.lost_property import LostProperty, hand_in
from tartip.registers.missing import MissingPerson
from tartip.registers.wanted import WantedPerson

ALMALY = "751110000"


def page_of(actor: Any, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(Account.objects.get(pk=actor.account))
    return client


@pytest.fixture
def thing(supervisor: Any) -> LostProperty:
    found_at = now() - timedelta(hours=3)
    return hand_in(supervisor, territory=ALMALY, described="Чёрный зонт", found_at=found_at, found_where="Абай 52")


def hidden_fields(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def test_the_form_of_an_act_enters_a_record(supervisor: Any) -> None:
    client = page_of(supervisor)
    address = "/registers/lost_property/acts/hand_in/"
    form = hidden_fields(client.get(address).content.decode())
    sent = {**form, "territory": ALMALY, "described": "Зонт", "found_at": "2026-11-20T10:00", "finder__name": "Асан"}
    answer = client.post(address, sent)
    thing = LostProperty.objects.get()
    assert answer.headers["Location"] == f"/registers/lost_property/{thing.pk}/"
    # Typed in Almaty, five hours before UTC.
    assert thing.found_at == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert thing.finder is not None
    assert client.post(address, sent).status_code == 302  # the same form again
    assert (LostProperty.objects.count(), Person.objects.count()) == (1, 1)


def test_what_was_typed_survives_an_error_that_stands_at_its_field(supervisor: Any) -> None:
    client = page_of(supervisor, "ru")
    address = "/registers/wanted/acts/declare/"
    form = hidden_fields(client.get(address).content.decode())
    sent = {
        **form, "territory": ALMALY, "person__name": "Ахметов Б.", "person__iin": "880413300219", "file_number": "26-1",
        "article": "188", "declared_on": "2026-11-20", "scope": "local",
    }  # fmt: skip
    answer = client.post(address, sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Ахметов Б."' in html
    control = next(tag for tag in re.findall(r"<input[^>]+>", html) if 'name="person__iin"' in tag)
    assert 'aria-invalid="true"' in control  # the last digit does not fit the others
    assert WantedPerson.objects.count() == 0
    assert Person.objects.count() == 0


def test_a_grave_act_asks_before_it_is_done(supervisor: Any, thing: LostProperty) -> None:
    client = page_of(supervisor)
    address = f"/registers/lost_property/{thing.pk}/acts/return/"
    form = hidden_fields(client.get(address).content.decode())
    assert client.post(address, {**form, "owner__name": "Асан"}).status_code == 422
    assert client.post(address, {**form, "owner__name": "Асан", "sure": "on"}).status_code == 302
    thing.refresh_from_db()
    assert thing.state == "returned"


def test_a_form_drawn_before_another_act_is_refused(supervisor: Any, thing: LostProperty) -> None:
    client = page_of(supervisor)
    address = f"/registers/lost_property/{thing.pk}/acts/return/"
    form = hidden_fields(client.get(address).content.decode())
    answer = client.post(address, {**form, "version": "7", "owner__name": "Асан", "sure": "on"})
    assert answer.status_code == 409
    assert 'value="Асан"' in answer.content.decode()


def test_an_act_that_is_not_open_has_no_form_but_a_reason(supervisor: Any, inspector: Any, thing: LostProperty) -> None:
    client = page_of(supervisor)
    address = f"/registers/lost_property/{thing.pk}/acts/pass_on/"
    form = hidden_fields(client.get(address).content.decode())
    client.post(address, {**form, "reason": "the term is over", "sure": "on"})
    assert client.get(address).status_code == 409
    card = client.get(f"/registers/lost_property/{thing.pk}/").content.decode()
    assert "Not possible now" in card


def test_a_stranger_sees_neither_the_list_nor_the_card(charlie: Any, supervisor: Any, thing: LostProperty) -> None:
    client = page_of(charlie)
    assert "Чёрный зонт" not in client.get("/registers/lost_property/").content.decode()
    assert client.get(f"/registers/lost_property/{thing.pk}/").status_code == 404
    assert client.get(f"/registers/lost_property/{thing.pk}/acts/return/").status_code == 404


def test_who_may_read_nothing_of_a_register_is_refused_its_list(persona: Any) -> None:
    assert page_of(persona("analyst")).get("/registers/wanted/").status_code == 403


def test_the_list_filters_searches_and_turns_pages(supervisor: Any) -> None:
    for number in range(30):
        hand_in(
            supervisor, territory=ALMALY, described=f"Зонт {number:02}", found_at=now() - timedelta(hours=number + 1),
            found_where="Вокзал Алматы-2" if number % 2 else "Парк",
        )  # fmt: skip
    client = page_of(supervisor)
    first = client.get("/registers/lost_property/").content.decode()
    assert (first.count("<tr data-row"), "Зонт 00" in first, "Зонт 25" in first) == (25, True, False)
    after = re.search(r'rel="next"\s+href="\?([^"]+)"', first)
    assert after is not None
    second = client.get("/registers/lost_property/?" + after[1].replace("&amp;", "&")).content.decode()
    assert (second.count("<tr data-row"), "Зонт 25" in second, "Зонт 24" in second) == (5, True, False)
    back = re.search(r'rel="prev"\s+href="\?([^"]+)"', second)
    assert back is not None
    assert (
        client.get("/registers/lost_property/?" + back[1].replace("&amp;", "&")).content.decode().count("<tr data-row")
        == 25
    )
    found = client.get("/registers/lost_property/?q=вокз&state=kept").content.decode()
    assert found.count("<tr data-row") == 15
    assert client.get("/registers/lost_property/?state=returned").content.decode().count("<tr data-row") == 0
    today = now().date().isoformat()
    assert "<tr data-row" in client.get(f"/registers/lost_property/?found_at_to={today}").content.decode()


@pytest.mark.parametrize(
    "query",
    ["state=%00", "territory=xx", "found_at_from=31.02.2024", "found_at_from=9999-12-31", "after=zz", "before=%ff",
     "sort=cell", "q=%27%29%3B--", "q=" + "a" * 3000, "child=perhaps", "after=fn5-MDAwMA"],
)  # fmt: skip
def test_odd_addresses_give_a_list_and_no_failure(supervisor: Any, thing: LostProperty, query: str) -> None:
    assert page_of(supervisor).get(f"/registers/lost_property/?{query}").status_code in (200, 422)


def test_persons_are_hidden_until_a_purpose_is_given_and_the_reading_is_written(supervisor: Any) -> None:
    client = page_of(supervisor)
    address = "/registers/missing/acts/report/"
    form = hidden_fields(client.get(address).content.decode())
    client.post(
        address,
        {**form, "territory": ALMALY, "person__name": "Әбенова Гүлнар", "missing_since": "2026-11-20T09:10",
         "seen_where": "Абай 38"},
    )  # fmt: skip
    record = MissingPerson.objects.get()
    card = f"/registers/missing/{record.pk}/"
    assert "Әбенова" not in client.get(card).content.decode()
    assert "Әбенова" in client.post(card, {"purpose": "search"}).content.decode()
    assert Entry.objects.get(act="person.read").purpose == "search"
    assert "Әбенова" in client.post("/registers/missing/", {"purpose": "search"}).content.decode()
    refused = client.post(card, {"purpose": "supervision"}).content.decode()
    assert "Әбенова" not in refused


def test_the_search_clock_runs_from_registration(supervisor: Any) -> None:
    client = page_of(supervisor)
    address = "/registers/missing/acts/report/"
    form = hidden_fields(client.get(address).content.decode())
    client.post(
        address,
        {**form, "territory": ALMALY, "person__name": "А. Б.", "missing_since": "2026-11-01T09:10", "signs": "очки"},
    )
    card = client.get(f"/registers/missing/{MissingPerson.objects.get().pk}/").content.decode()
    assert "Open a search file for a person not found" in card
    assert "23 hours" in card  # of the 24 hours that begin with the registration, not with the disappearance


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("register", ["wanted", "missing", "lost_property"])
def test_every_page_is_drawn_in_every_language(supervisor: Any, language: str, register: str) -> None:
    client = page_of(supervisor, language)
    act = {"wanted": "declare", "missing": "report", "lost_property": "hand_in"}[register]
    for address in ("/registers/", f"/registers/{register}/", f"/registers/{register}/acts/{act}/"):
        assert client.get(address).status_code == 200


def test_the_api_lists_and_shows_what_the_pages_do(
    supervisor: Any, charlie: Any, thing: LostProperty, api: Any
) -> None:
    send = api(supervisor)
    listed = send("get", "/lost_property?q=зонт&state=kept").json()
    assert [item["described"] for item in listed["items"]] == ["Чёрный зонт"]
    assert send("get", "/lost_property?q=рюкзак").json()["count"] == 0
    card = send("get", f"/lost_property/{thing.pk}").json()
    assert card["acts"]["lost_property.return"] == f"lost_property/{thing.pk}/acts/return"
    done = send("post", "/" + card["acts"]["lost_property.return"], {"owner": {"name": "Асан"}}, if_match="1")
    assert (done.status_code, done.json()["state"], done.json()["version"]) == (200, "returned", 2)
    assert api(charlie)("get", f"/lost_property/{thing.pk}").status_code == 404
    assert api(charlie)("get", "/lost_property").json()["items"] == []


def test_a_term_runs_from_what_happened_and_not_from_its_recording(supervisor: Any, api: Any) -> None:
    """Handed in four days ago and entered today: six months from then."""
    handed_in = now() - timedelta(days=4)
    body = {"territory": ALMALY, "described": "Зонт", "found_at": (handed_in - timedelta(days=1)).isoformat()}
    made = api(supervisor)("post", "/lost_property/acts/hand_in", body | {"filed_at": handed_in.isoformat()}).json()
    assert LostProperty.objects.get(pk=made["id"]).filed_at == handed_in
    assert Clock.objects.get(subject=made["id"]).started_at == handed_in


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"found_at": "2099-01-01T10:00:00+05:00"}, "found_at"),
        ({"found_at": "2026-11-20T10:00:00+05:00", "filed_at": "2026-11-19T10:00:00+05:00"}, "filed_at"),
    ],
)
def test_what_happened_lies_in_order_and_not_in_the_future(
    supervisor: Any, api: Any, times: dict[str, str], field: str
) -> None:
    answer = api(supervisor)("post", "/lost_property/acts/hand_in", {"territory": ALMALY, "described": "Зонт", **times})
    assert (answer.status_code, answer.json()["fields"]["field"]) == (422, field)
    assert not LostProperty.objects.exists()
