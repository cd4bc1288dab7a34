"""A refused form as its page shows it: the sentence on top, and what is wrong at each field that it names.

A page gives `refused` to its template. That draws `ui/refused.html` on top, and in the form `{% wrong "id" %}` inside
the tag of a control (or `{% wrong_group "id" %}` of a group) and `{% wrong_words "id" %}` after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tartip.core.problems import said, wrong_fields
from tartip.errors import TartipError


@dataclass(frozen=True, slots=True)
class Refused:
    text: str
    at: Mapping[str, str]  # the id of a control → what is wrong with it

    @property
    def first(self) -> str:
        """The control that gets the focus; empty where the error is about none of this form."""
        return next(iter(self.at), "")


def refused(error: TartipError | None, controls: Mapping[str, str]) -> Refused | None:
    """`controls` gives the id of the control for each field an error may name, by the form's name and by the act's."""
    if error is None:
        return None
    text = said(error)
    at = {controls[field]: words for field, words in wrong_fields(error).items() if field in controls}
    return Refused(text[:1].upper() + text[1:], at)
