"""The check that no two apps claim one path, one page's name or one route of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern

from tartip.core.discovery import declared

PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\{(?:\w+:)?\w+\}")


def check_paths(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """One error per path that two apps claim: the second would never be reached, and nobody would see why."""
    claimed: dict[str, str] = {}
    found: list[CheckMessage] = []
    for app, claim in [*claimed_pages(), *claimed_routes(), *claimed_names()]:
        first = claimed.setdefault(claim, app)
        if first != app:
            found.append(
                Error(
                    f"{first} and {app} both claim {claim}.",
                    hint="Give one of the two another `prefix` (urls.py), path (`routers` in api.py) or `app_name`.",
                    id="server.E010",
                )
            )
    return found


def claimed_pages() -> Iterator[tuple[str, str]]:
    """Every page of every app with its whole path; parameters count as equal whatever they are called."""
    for app, prefix in declared("urls", "prefix"):
        for path in _paths(import_module(f"{app}.urls").urlpatterns, prefix):
            yield app, f"/{PARAMETER.sub('<>', path)}"


def _paths(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield whole
        else:
            yield from _paths(pattern.url_patterns, whole)


def claimed_routes() -> Iterator[tuple[str, str]]:
    """Every operation of every router: its method and its whole path."""
    for app, named in declared("api", "routers"):
        for before, router in named.items():
            for path, view in router.path_operations.items():
                whole = PARAMETER.sub("<>", f"/api/v1{before}{path}")
                for operation in view.operations:
                    for method in operation.methods:
                        yield app, f"{method} {whole}"


def claimed_names() -> Iterator[tuple[str, str]]:
    """The namespaces in which apps name their pages."""
    for app, name in declared("urls", "app_name"):
        yield app, f"the namespace {name}:"
