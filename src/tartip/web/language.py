"""Which language a reader gets: the one chosen here, else what the browser asks for, else Kazakh."""

from __future__ import annotations

from django.middleware.locale import LocaleMiddleware


class Language(LocaleMiddleware):
    """The cookie of the switch first, then Accept-Language, then Kazakh; for pages and for the API."""
