"""The one exception base of the house. Engines and rooms subclass it; pages and API render it."""

from __future__ import annotations

from typing import Any, ClassVar


class TartipError(Exception):
    """Something a person or a program must hear about.

    `code` is for machines and never changes; `text` is an English msgid with %(name)s places, translated where it
    is shown; `fields` fill the places. `again` says whether the same request may succeed later.
    """

    code: ClassVar[str] = "error"
    text: ClassVar[str] = "Something went wrong."
    http_status: ClassVar[int] = 400
    again: ClassVar[bool] = False

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.text % fields if fields else self.text)
