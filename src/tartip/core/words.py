"""Codes of the journal as a reader's words, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from tartip.core.acts import ACTS
from tartip.core.clocks import breach
from tartip.core.journal import erasure, keys, resume
from tartip.core.language import named
from tartip.core.people.reading import READ_NAMES
from tartip.core.people.sessions import SESSION_NAMES


def act_name(code: str, wording: str = "") -> str:
    """What happened: an act that was done, a breach, a reading or a log-in; an unknown code stays as it is.

    `wording` is that of the record (`Record.wording`), for acts that are called otherwise on some of them.

    Every history, timeline, feed, receipt and toast takes its words from here, and none from a button.
    """
    if code in ACTS:
        return named(ACTS[code].worded(wording).done)
    other = OTHERS.get(code)
    return named(other) if other else code


def button_name(code: str, wording: str = "") -> str:
    """What is to be done, as its button says it: for refusals of what was not done."""
    return named(ACTS[code].worded(wording).names) if code in ACTS else act_name(code)


def act_names() -> dict[str, str]:
    """The words of all acts: the stream itself carries codes only."""
    return {code: act_name(code) for code in [*ACTS, *OTHERS]}


OTHERS: dict[str, Mapping[str, str]] = {
    **breach.NAMES,
    **erasure.NAMES,
    **resume.NAMES,
    **keys.NAMES,
    **READ_NAMES,
    **SESSION_NAMES,
    "register.export": {"kk": "Тізім файлға алынды", "ru": "Список выгружен", "en": "A list was exported"},
}
