"""A history says what happened: past tense, and in nobody's person. What a button says is never a line of a history."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from tartip.core.acts import ACTS
from tartip.core.words import OTHERS, act_name, act_names, button_name

LANGUAGES = ("kk", "ru", "en")
# Infinitives; in Kazakh verbal nouns ("қозғау") and what somebody says of himself ("Босадым", "Жолдамын").
OF_A_BUTTON = {
    "ru": re.compile(r"^\w+((?<!ос)ть|ти|чь|ться|тись)\b"),
    "kk": re.compile(r"\w+(у|ю|мын|мін|дым|дім|тым|тім|ңыз|ңіз)$"),
}
PAST = re.compile(
    r"\b(\w+ed|was|were|began|came|found|hung|held|left|made|put|read|sent|set|stood|taken|told|went)\b", re.IGNORECASE
)


@pytest.mark.parametrize("code", [*ACTS, *OTHERS])
def test_every_fact_is_said_in_the_past_and_for_nobody(code):
    for language in LANGUAGES:
        with override(language):
            fact = act_name(code)
        assert fact != code
        if language in OF_A_BUTTON:
            assert not OF_A_BUTTON[language].search(fact), (language, fact)
        else:
            assert PAST.search(fact), (language, fact)


def test_a_refusal_says_what_was_not_done_and_a_history_what_was():
    with override("ru"):
        assert button_name("case.open") == "Возбудить дело"
        assert act_name("case.open") == act_names()["case.open"] == "Дело возбуждено"
    with override("kk"):
        assert act_name("dispatch.clear") == "Босады"


def test_no_button_speaks_as_the_crew():
    """The duty officer presses it for the crew, and the crew for itself."""
    for code, act in ACTS.items():
        assert not re.search(r"(мын|мін|дым|дім|тым|тім)$", act.names["kk"]), code
