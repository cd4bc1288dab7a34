"""Kazakh first; the reader's choice after that; the API answers in the language it is asked in."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("cookie", "asked", "shown"), [(None, "en-US", "kk"), ("ru", "en-US", "ru"), ("en", "", "en"), ("xx", "ru", "kk")]
)
def test_a_page_is_kazakh_until_its_reader_chooses(client, db, cookie, asked, shown):
    if cookie:
        client.cookies["django_language"] = cookie
    page = client.get("/login/", HTTP_ACCEPT_LANGUAGE=asked, follow=True)
    assert f'<html lang="{shown}"' in page.content.decode()


def test_the_api_answers_in_the_asked_language(client, db):
    said = {language: client.get("/api/v1/incidents", HTTP_ACCEPT_LANGUAGE=language).json()["detail"] for language in
            ("kk", "ru", "en")}  # fmt: skip
    assert len(set(said.values())) == 3
