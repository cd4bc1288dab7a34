"""Guessing codes: the guesser is slowed down, the people behind the same address are not."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from tartip.cases.tests.conftest import fined, fresh_tries
from tartip.cases.tests.made import stranger
from tartip.core.receipts import throttle

__all__ = ["fined", "fresh_tries"]

WRONG = "/r/ZZZZZZZZZ{}/"
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def wrong(client: Client, number: int = 1, **headers: str) -> list[int]:
    return [client.get(WRONG.format(SIGNS[n % len(SIGNS)]), headers=headers).status_code for n in range(number)]


def test_sixty_wrong_codes_from_one_person_close_nothing_for_the_others_at_that_address(fined):
    guesser = stranger()
    assert wrong(guesser, 61)[-2:] == [404, 429]
    assert guesser.get(f"/r/{fined.receipt}/").status_code == 429
    for neighbour in (stranger(), stranger()):
        assert neighbour.get(f"/r/{fined.receipt}/").status_code == 200
        assert wrong(neighbour) == [404]  # a neighbour may mistype, too


def test_a_guesser_without_cookies_is_counted_by_address_and_right_codes_still_open(fined, monkeypatch):
    monkeypatch.setattr(throttle, "ADDRESS_TRIES", 5)
    assert [wrong(stranger())[0] for _ in range(7)] == [404] * 5 + [429, 429]
    assert stranger().get(f"/r/{fined.receipt}/").status_code == 200
    assert stranger().get(f"/api/v1/receipts/{fined.receipt}").status_code == 200


def test_an_address_that_guesses_is_reported_once(fined, monkeypatch, caplog):
    monkeypatch.setattr(throttle, "ADDRESS_TRIES", 3)
    with caplog.at_level(logging.ERROR, "tartip.security"):
        for _ in range(9):
            wrong(stranger())
    assert [record.name for record in caplog.records].count("tartip.security") == 1
    assert "ZZZ" not in caplog.text


def test_behind_our_proxy_each_client_counts_for_itself(fined, monkeypatch, settings):
    settings.PROXIES = 1
    monkeypatch.setattr(throttle, "ADDRESS_TRIES", 3)
    for _ in range(4):
        last = wrong(stranger(), **{"X-Forwarded-For": "203.0.113.5"})
    assert last == [429]
    assert wrong(stranger(), **{"X-Forwarded-For": "203.0.113.6"}) == [404]


def test_a_made_up_forwarded_address_is_no_way_round(fined, monkeypatch, settings):
    """Without a proxy of ours the header is not read; with one only what the proxy itself wrote."""
    monkeypatch.setattr(throttle, "ADDRESS_TRIES", 3)
    for proxies, header in ((0, "10.9.{n}.1"), (1, "10.8.{n}.1, 203.0.113.5")):
        settings.PROXIES = proxies
        last = [wrong(stranger(), **{"X-Forwarded-For": header.format(n=n)})[0] for n in range(5)]
        assert last[-1] == 429, header


def test_one_ipv6_network_is_one_guesser(fined, monkeypatch):
    monkeypatch.setattr(throttle, "ADDRESS_TRIES", 3)
    last = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{n}").get(WRONG.format("2")).status_code for n in range(5)
    ]  # fmt: skip
    assert last[-1] == 429
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").get(WRONG.format("2")).status_code == 404


@pytest.mark.parametrize("said", ["", "x", "../../etc", "0" * 31, "Z" * 32, "0" * 5000])
def test_a_cookie_that_is_none_of_ours_is_counted_by_address(fined, said):
    client = stranger()
    client.cookies[throttle.COOKIE] = said
    assert wrong(client) == [404]
