"""What pydantic says of a broken rule, as a sentence in the language of the reader.

The kinds are those of pydantic-core (https://docs.pydantic.dev/latest/errors/validation_errors/); of others its own
English sentence is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

RULES = {
    "missing": gettext_noop("must not be missing"),
    "extra_forbidden": gettext_noop("there is no such field"),
    "string_type": gettext_noop("must be a text"),
    "text": gettext_noop("must be a text"),
    "string_too_long": gettext_noop("is longer than %(max_length)s characters"),
    "string_too_short": gettext_noop("is shorter than %(min_length)s characters"),
    "too_long": gettext_noop("has more than %(max_length)s items"),
    "too_short": gettext_noop("has fewer than %(min_length)s items"),
    "int_type": gettext_noop("must be a whole number"),
    "int_from_float": gettext_noop("must be a whole number"),
    "int_parsing": gettext_noop("must be a whole number"),
    "int_parsing_size": gettext_noop("is too large a number"),
    "float_type": gettext_noop("must be a number"),
    "float_parsing": gettext_noop("must be a number"),
    "finite_number": gettext_noop("must be a finite number"),
    "bool_type": gettext_noop("must be true or false"),
    "bool_parsing": gettext_noop("must be true or false"),
    "greater_than_equal": gettext_noop("must be at least %(ge)s"),
    "greater_than": gettext_noop("must be more than %(gt)s"),
    "less_than_equal": gettext_noop("must be at most %(le)s"),
    "less_than": gettext_noop("must be less than %(lt)s"),
    "uuid_parsing": gettext_noop("must be an id of 32 hexadecimal digits"),
    "uuid_type": gettext_noop("must be an id of 32 hexadecimal digits"),
    "datetime_type": gettext_noop("must be a date and a time"),
    "datetime_parsing": gettext_noop("must be a date and a time, as 2026-11-28T09:30:00+05:00"),
    "datetime_from_date_parsing": gettext_noop("must be a date and a time, as 2026-11-28T09:30:00+05:00"),
    "datetime_object_invalid": gettext_noop("there is no such date or time"),
    "timezone_aware": gettext_noop("must say its time zone, as in 2026-11-28T09:30:00+05:00"),
    "date_type": gettext_noop("must be a day, as 2026-11-28"),
    "date_parsing": gettext_noop("must be a day, as 2026-11-28"),
    "date_from_datetime_parsing": gettext_noop("must be a day, as 2026-11-28"),
    "date_from_datetime_inexact": gettext_noop("must be a day without a time, as 2026-11-28"),
    "list_type": gettext_noop("must be a list"),
    "dict_type": gettext_noop("must be an object with fields"),
    "model_type": gettext_noop("must be an object with fields"),
    "model_attributes_type": gettext_noop("must be an object with fields"),
    "json_invalid": gettext_noop("is no JSON"),
    "years": gettext_noop("must lie in the years %(years)s"),
    "choice": gettext_noop("must be one of %(allowed)s"),
    "literal_error": gettext_noop("must be one of %(expected)s"),
    "enum": gettext_noop("must be one of %(expected)s"),
    "base64": gettext_noop("must be base64"),
}


def rule_in_words(kind: str, context: Mapping[str, Any], otherwise: str) -> str:
    """The broken rule in the active language; `otherwise` where its kind is not known here."""
    text = RULES.get(kind)
    if text is None:
        return otherwise
    try:
        return gettext(text) % context
    except KeyError:
        return otherwise
