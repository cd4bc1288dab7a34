"""What a form offers to choose from. A page asks this before the act, whose own refusal may name codes: a reader of
pages sees words alone."""

from __future__ import annotations

from collections.abc import Container, Mapping

from tartip.errors import TartipError


class NotChosen(TartipError):
    code = "form.not_chosen"
    text = "%(field)s: choose one."
    http_status = 422


def chosen(form: Mapping[str, str], field: str, offered: Container[str]) -> str:
    """The code that was chosen in the form. Raises NotChosen where nothing was, or what nobody was offered."""
    code = str(form.get(field, "")).strip()
    if code not in offered:
        raise NotChosen(field=field)
    return code
