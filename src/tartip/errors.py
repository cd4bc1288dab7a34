"""The one exception base of the house. Engines and rooms subclass it; pages and API render it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

PLACE = re.compile(r"%\((\w+)\)s")


class TartipError(Exception):
    """Something a person or a program must hear about.

    `code` is for machines and never changes; `text` is an English msgid with %(name)s places, translated where it
    is shown; `fields` fill the places. A field called `rule` is a msgid itself, with places of its own. `again` says
    whether the same request may succeed later. `about` names the field the sentence is about, where the sentence does
    not begin with it.
    """

    code: ClassVar[str] = "error"
    text: ClassVar[str] = "Something went wrong."
    http_status: ClassVar[int] = 400
    again: ClassVar[bool] = False
    about: ClassVar[str] = ""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.said(str))

    def said(self, translate: Callable[[str], str], fields: Mapping[str, Any] | None = None) -> str:
        """The sentence, with text and rule put through `translate` before their places are filled.

        `fields` are the same as the error's, in words, where a person reads it.
        """
        fields = dict(self.fields if fields is None else fields)
        if isinstance(fields.get("rule"), str):
            fields["rule"] = filled(translate(fields["rule"]), fields)
        return filled(translate(self.text), fields)


def filled(text: str, fields: dict[str, Any]) -> str:
    """The text with its %(name)s places filled; a place without a field stays as it is, a lone % is a per cent."""
    return PLACE.sub(lambda match: str(fields.get(match[1], match[0])), text)
