"""Errors name field and rule in the language that was asked for."""

from __future__ import annotations

import pytest
from django.utils import translation

from tartip.core.places import BadPlace
from tartip.core.problems import said


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "longitude: must be from -180 to 180 degrees."),
        ("ru", "долгота: должно быть от -180 до 180 градусов."),
        ("kk", "бойлық: -180 пен 180 градус аралығында болуы керек."),
    ],
)
def test_field_and_rule_are_said_in_the_readers_language(language, sentence):
    error = BadPlace(field="lon", rule="must be from -%(limit)s to %(limit)s degrees", limit=180)
    with translation.override(language):
        assert said(error) == sentence
    assert str(error) == "lon: must be from -180 to 180 degrees."
