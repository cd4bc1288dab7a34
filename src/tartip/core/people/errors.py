"""Errors of several modules of this app."""

from __future__ import annotations

from tartip.errors import TartipError


class BadAccount(TartipError):
    code = "account.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422
