"""Brakes of the log-in: what they remember nobody pushes out, and nobody elsewhere locks an officer out of his desk."""

from __future__ import annotations

import ipaddress
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from tartip.core.people import brakes
from tartip.core.people.clients import address_of, group_of
from tartip.core.people.tests import doors
from tartip.core.people.tests.doors import OWN, log_in, real_account, totp
from tartip.core.people.tests.test_second_factor import enrol
from tartip.server import env

WRONG = "not the right one"
DESK, ELSEWHERE = "192.0.2.10", "203.0.113.{}"


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def let_in(client: Client, password: str = doors.PASSWORD) -> bool:
    """Whether a log-in succeeds from this device, logged out before."""
    client.cookies.pop("sessionid", None)
    return bool(log_in(client, "dispatcher", password).status_code == 302)


def test_a_hundred_wrong_passwords_from_elsewhere_do_not_keep_the_officer_from_his_desk(dispatcher: Any) -> None:
    desk = at(DESK)
    assert let_in(desk)
    for _ in range(100):
        log_in(at(ELSEWHERE.format(1)), "dispatcher", WRONG)
    assert let_in(at(DESK)), "the address knows the name"
    desk.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert let_in(desk), "the device knows the name, wherever it is carried"


def test_a_hundred_wrong_passwords_from_one_address_keep_nobody_out_elsewhere(dispatcher: Any) -> None:
    for _ in range(100):
        log_in(at(ELSEWHERE.format(1)), "dispatcher", WRONG)
    assert let_in(at(DESK)), "a desk where nobody logged in before"


def test_many_addresses_together_are_braked_but_not_the_desk(dispatcher: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brakes, "ELSEWHERE", "6/h/key")
    desk = at(DESK)
    assert let_in(desk)
    for n in range(20):
        log_in(at(ELSEWHERE.format(n)), "dispatcher", WRONG)
    assert not let_in(at(ELSEWHERE.format(99)))
    assert let_in(at(DESK))


def slowed_down(username: str) -> None:
    for n in range(40):
        log_in(at(ELSEWHERE.format(n)), username, WRONG)


def test_forty_addresses_never_refuse_the_right_password_of_an_account_with_a_second_factor(
    client: Client, settings: Any
) -> None:
    """At a desk that is new to the officer: neither its address nor its device knows the name."""
    real_account()
    log_in(client, "aigul", OWN)
    secret = enrol(client)
    client.post("/logout/")
    slowed_down("aigul")
    desk = at("198.51.100.7")
    answer = log_in(desk, "aigul", OWN)
    assert (answer.status_code, desk.get("/account/").status_code) == (302, 302)  # the second factor is asked
    settings.MFA_TOTP_TOLERANCE = 1  # the code that enrolled the device is used; the next one comes early
    code = totp(secret, time.time() + 30)
    assert desk.post(answer.headers["Location"], {"code": code}).status_code == 302
    assert desk.get("/account/").status_code == 200


def test_without_a_second_factor_the_right_password_waits_elsewhere(dispatcher: Any) -> None:
    slowed_down("dispatcher")
    assert not let_in(at("198.51.100.7"))


def test_a_name_that_is_slowed_down_is_answered_as_any_other(client: Client, dispatcher: Any) -> None:
    real_account()
    log_in(client, "aigul", OWN)
    enrol(client)
    answers = set()
    for name in ("aigul", "dispatcher", "nobody"):
        slowed_down(name)
        answer = log_in(at("198.51.100.7"), name, WRONG)
        answers.add((answer.status_code, *answer.context["form"].non_field_errors()))
    assert len(answers) == 1, answers


def test_a_network_of_the_operator_is_not_slowed_down(dispatcher: Any, settings: Any) -> None:
    settings.TRUSTED_NETWORKS = [ipaddress.ip_network("198.51.100.0/24"), ipaddress.ip_network("2001:db8::/48")]
    slowed_down("dispatcher")
    assert not let_in(at("192.0.2.77"))
    assert let_in(at("198.51.100.7"))
    assert let_in(at("2001:db8::7"))
    for _ in range(5):
        log_in(at("198.51.100.8"), "dispatcher", WRONG)
    assert not let_in(at("198.51.100.8")), "guessing there is braked as anywhere"


def test_wrong_passwords_at_the_same_address_do_not_lock_a_device_that_knows_the_name(dispatcher: Any) -> None:
    """All desks of a centre may come from one address; a prankster at one of them is no reason to lock the others."""
    desk = at(DESK)
    assert let_in(desk)
    for _ in range(40):
        log_in(at(DESK), "dispatcher", WRONG)
    assert not let_in(at(DESK))
    assert let_in(desk)


def test_a_known_device_is_braked_as_well(dispatcher: Any) -> None:
    desk = at(DESK)
    assert let_in(desk)
    for _ in range(5):
        assert not let_in(desk, WRONG)
    assert not let_in(desk)


def test_a_device_cookie_is_believed_only_when_we_signed_it(dispatcher: Any) -> None:
    desk = at(DESK)
    assert let_in(desk)
    cookie = desk.cookies[brakes.DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    request = RequestFactory().get("/")
    request.COOKIES[brakes.DEVICE_COOKIE] = cookie.value
    assert brakes.source_of(request, "dispatcher").knows_device
    assert not brakes.source_of(request, "supervisor").knows_device
    for forged in ("", "x", cookie.value + "x", cookie.value.split(":")[0]):
        request.COOKIES[brakes.DEVICE_COOKIE] = forged
        assert not brakes.source_of(request, "dispatcher").knows_device


def test_four_hundred_anonymous_requests_do_not_open_the_sixth_log_in(client: Client, dispatcher: Any) -> None:
    for _ in range(5):
        log_in(client, "dispatcher", WRONG)
    for n in range(420):
        cache.set(f"receipt-tries:browser:{n:032x}", 1, 600)  # what an anonymous request leaves
    for n in range(20):
        Client().get(f"/r/ZZZZZZZZ{n:02}/")
    assert not let_in(client)


def test_four_hundred_anonymous_requests_do_not_open_a_used_code_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_account()
    log_in(client, "aigul", OWN)
    secret = enrol(client)
    client.post("/logout/")
    code = totp(secret)  # the code that enrolled the device is a used one
    for n in range(420):
        cache.set(f"receipt-tries:browser:{n:032x}", 1, 600)
    answer = log_in(client, "aigul", OWN)
    assert client.post(answer.headers["Location"], {"code": code}).status_code == 200  # the form again
    assert client.get("/account/").status_code == 302


def test_security_state_has_a_table_of_its_own() -> None:
    from django.core.cache import caches

    assert cache._table == "tartip_security"
    assert caches["figures"]._table != cache._table


def test_a_row_lives_until_its_time_and_no_longer(db: Any) -> None:
    assert cache.add("once", 1, 60)
    assert not cache.add("once", 2, 60)
    assert cache.get("once") == 1
    cache.set("over", 1, -1)
    assert cache.get("over") is None
    assert cache.add("over", 3, 60)
    assert [cache.incr("over"), cache.incr("over", 2)] == [4, 6]
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")
    assert cache.touch("over", 60)
    assert not cache.touch("nothing", 60)
    cache.delete("over")
    assert cache.get("over", "gone") == "gone"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "client"),
    [
        (0, "", "192.0.2.1", "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),  # nobody stands in front: the header is the client's words
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "10.0.0.1", "203.0.113.9"),  # the first entry was made up by the client
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1", "203.0.113.9"),  # past one of the proxies
        (1, "", "192.0.2.1", "192.0.2.1"),  # past all of them
        (1, "[2001:db8::5]:4711", "10.0.0.1", "2001:db8::5"),
        (1, "203.0.113.9:4711", "10.0.0.1", "203.0.113.9"),
        (1, "::ffff:203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "unknown", "10.0.0.1", ""),
        (0, "", "fe80::1%eth0", "fe80::1"),
    ],
)
def test_the_clients_address_behind_proxies(
    settings: Any, proxies: int, forwarded: str, remote: str, client: str
) -> None:
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_of(RequestFactory(REMOTE_ADDR=remote).get("/", headers=headers)) == client


def test_one_network_of_ipv6_is_one_client() -> None:
    assert group_of("2001:db8:1:2:aaaa::1") == group_of("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert group_of("2001:db8:1:3::1") != group_of("2001:db8:1:2::1")
    assert group_of("192.0.2.1") == "192.0.2.1"
    assert group_of("") == ""


def test_the_log_in_and_its_entry_use_the_same_address(client: Client, dispatcher: Any, settings: Any) -> None:
    settings.PROXIES = 1
    client.post(
        "/login/",
        {"login": "dispatcher", "password": doors.PASSWORD},
        headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"},
    )
    assert doors.entries("session.open")[0][1]["from"] == "203.0.113.9"


def test_networks_of_the_operator_are_read_or_refused_with_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARTIP_TRUSTED_NETWORKS", "10.20.0.0/16, 2001:db8::/48")
    assert [str(one) for one in env.networks("TARTIP_TRUSTED_NETWORKS")] == ["10.20.0.0/16", "2001:db8::/48"]
    for wrong in ("10.20.0.1/16", "desks", "10.20.0.0/40"):
        monkeypatch.setenv("TARTIP_TRUSTED_NETWORKS", wrong)
        with pytest.raises(env.BadSetting, match=f"TARTIP_TRUSTED_NETWORKS: must be networks.*{wrong}"):
            env.networks("TARTIP_TRUSTED_NETWORKS")
