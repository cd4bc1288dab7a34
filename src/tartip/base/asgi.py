"""One door for a single machine: `/stream` is served here, everything else by the WSGI application in threads.

Behind a proxy run the two apart: `tartip.base.wsgi` for pages and API, this module for `/stream` alone.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.base.settings")

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_django = get_asgi_application()

from tartip.base.wsgi import application as _wsgi  # noqa: E402

_pages: Any = WSGIMiddleware(cast("Any", _wsgi), workers=8)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        return
    if scope["path"] == "/stream":
        await _django(scope, receive, send)  # type: ignore[arg-type]
        return

    async def waited() -> MutableMapping[str, Any]:
        # granian hands out an awaitable that is no coroutine; a2wsgi wants a coroutine.
        return await receive()

    await _pages(scope, waited, send)
