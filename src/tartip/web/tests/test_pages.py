from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.forms import CharField, Form
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from tartip.errors import TartipError
from tartip.web import errors
from tartip.web.pages import contents

HEADINGS = {"kk": "Құрамдастар", "ru": "Компоненты", "en": "Components"}


def draw(source: str, **values: Any) -> str:
    """What is drawn, without the white space that a browser does not show."""
    page = Template("{% load i18n ui %}" + source).render(Context(values))
    page = re.sub(r"\s+", " ", page)
    page = re.sub(r' (?=/?>|"(?:[ >]))', "", page)
    return re.sub(r"(<\w[^>]*>) | (?=</\w)", r"\1", page).strip()


@pytest.mark.parametrize("language", HEADINGS)
def test_catalogue_speaks_the_language_that_was_asked_for(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    page = client.get("/ui/").content.decode()
    assert f'<html lang="{language}"' in page
    assert f"<h1>{HEADINGS[language]}</h1>" in page
    assert all(f'id="{section}"' in page for section, _name in contents())


def test_kazakh_is_what_a_visitor_gets_who_asks_for_nothing(client: Client) -> None:
    assert '<html lang="kk"' in client.get("/ui/").content.decode()


def test_language_is_chosen_by_a_form_that_works_without_scripts() -> None:
    client = Client(enforce_csrf_checks=True)
    token = client.get("/ui/").cookies["csrftoken"].value
    answer = client.post("/language/", {"language": "ru", "next": "/ui/", "csrfmiddlewaretoken": token})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ui/")
    assert '<html lang="ru"' in client.get("/ui/").content.decode()


def test_the_first_paint_has_the_theme_and_keys_of_this_person(client: Client) -> None:
    client.cookies["theme"], client.cookies["keys"] = "night", "off"
    page = client.get("/ui/").content.decode()
    assert 'data-theme="night"' in page
    assert 'data-keys="off"' in page


def test_a_made_up_theme_is_not_believed(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="light"' in client.get("/ui/").content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("kk", "Мұнда ештеңе жоқ"), ("ru", "Здесь ничего нет"), ("en", "There is nothing here")]
)
def test_a_wrong_address_gets_plain_words(client: Client, language: str, words: str) -> None:
    client.cookies["django_language"] = language
    answer = client.get("/nope/")
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert 'href="tel:102"' in answer.content.decode()


def test_our_own_fault_gets_a_page_too(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "Қате бізден кетті" in answer.content.decode()
    assert "on purpose" not in answer.content.decode()


def test_an_error_of_the_house_is_shown_with_its_status_and_escaped(client: Client) -> None:
    answer = client.get("/clash/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "&lt;b&gt;Айгүл&lt;/b&gt; changed it" in page  # the message of this test is in no catalogue
    assert "Сәлден кейін сол әрекет орындалуы мүмкін." in page


def test_a_form_from_an_old_page_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "ru"})
    assert answer.status_code == 403
    assert "Бет тым ұзақ ашық тұрған" in answer.content.decode()


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500])
@pytest.mark.parametrize("language", HEADINGS)
def test_error_pages_need_no_request(status: int, language: str) -> None:
    from django.utils.translation import override

    from tartip.web.errors import error_page

    with override(language):
        answer = error_page(None, status)
    assert answer.status_code == status
    assert f'lang="{language}"' in answer.content.decode()


@pytest.mark.skipif(
    settings.INSTALLED_APPS.index("tartip.web") > settings.INSTALLED_APPS.index("allauth"),
    reason="INSTALLED_APPS names tartip.web behind allauth: allauth's own pages are found first",
)
def test_login_page_is_ours_and_offers_no_sign_up(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert 'class="t-card entrance__card' in page
    assert "Құпиясөз" in page
    assert "/signup/" not in page


def test_field_ties_its_hint_and_its_error_to_the_control() -> None:
    class Plate(Form):
        plate = CharField(label="Plate", help_text="As on the car", min_length=8)

    page = draw('{% include "ui/form.html" %}', form=Plate({"plate": "417 KZA"}))
    assert 'aria-describedby="id_plate_helptext id_plate_error"' in page
    assert 'id="id_plate_helptext">As on the car' in page
    assert 'class="t-errors" id="id_plate_error"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("left", "state", "digits", "word"),
    [
        (412, "ok", "06:52", "left"),
        (150, "ok", "02:30", "left"),
        (149, "soon", "02:29", "left"),
        (-46, "breached", "−00:46", "overdue"),
    ],
)
def test_clock_turns_at_a_quarter_and_at_zero(left: int, state: str, digits: str, word: str) -> None:
    from django.utils.translation import override

    with override("en"):
        page = draw("{% clock left 600 %}", left=left)  # a quarter of 600 is 150: not yet soon
    assert f"t-clock--{state} " in page
    assert f"<b>{digits}</b> <small>{word}</small>" in page


def test_components_escape_what_people_typed() -> None:
    page = draw(
        '{% badge x %}{% unit "free" x %}{% note %}{{ x }}{% endnote %}{% act "done" "check" x x %}{% endact %}',
        x="<i>",
    )
    assert "<i>" not in page
    assert page.count("&lt;i&gt;") == 5


def test_button_is_a_button_or_a_link_and_takes_attributes() -> None:
    assert draw('{% include "ui/btn.html" with text="Go" href="/a" kind="primary" %}') == (
        '<a class="t-btn t-btn--primary" href="/a"><span>Go</span></a>'
    )
    page = draw(
        '{% include "ui/btn.html" with text="Go" type="submit" code="KeyA" attrs=more %}',
        more={"hx-post": "/x?a=1&b=2"},
    )
    assert 'type="submit" data-code="KeyA" hx-post="/x?a=1&amp;b=2">' in page


def test_pages_far_from_this_one_are_a_gap() -> None:
    from django.core.paginator import Paginator

    from tartip.web.templatetags.ui import page_range

    # 250 pages, on page 7: the ends, three on each side, zeros for what is left out
    assert page_range(Paginator(range(5000), 20).page(7)) == [1, 0, 4, 5, 6, 7, 8, 9, 10, 0, 250]


def test_an_error_page_fills_the_rule_too_and_survives_a_per_cent_sign(rf):
    """The texts of errors are filled in one place: a lone % is a per cent, a rule is a sentence of its own."""

    class TooMuch(TartipError):
        text = "%(field)s: 50 % at most; %(rule)s."

    with translation.override("en"):  # the name of a field is a word of the reader's language
        answer = errors.page_for(rf.get("/"), TooMuch(field="fine", rule="not %(given)s", given=60))
    assert "fine: 50 % at most; not 60." in answer.content.decode()
