"""A file that is imported may be longer than other bodies; too long a one is refused before it is read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.conf import settings

from tartip.server import bodies

SESSION = (b"cookie", b"a=b; sessionid=xyz")
IMPORT = "/registers/lost_property/import/"


def sent(path: str, length: int, *headers: tuple[bytes, bytes], body: bytes = b"") -> bytes:
    asked = []

    async def receive() -> dict[str, Any]:
        asked.append(1)
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": path, "query_string": b"",
        "headers": [(b"content-length", str(length).encode()), (b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "scheme": "http",
    }  # fmt: skip
    try:
        return asyncio.run(bodies.read(scope, receive))
    except bodies.BodyTooLarge:
        assert asked == []  # not one byte was read
        raise


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read() -> None:
    with pytest.raises(bodies.BodyTooLarge):
        sent(IMPORT, 1 << 30, SESSION)


def test_a_file_to_import_may_be_longer_than_a_form() -> None:
    body = b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert sent(IMPORT, len(body), SESSION, body=body) == body


@pytest.mark.parametrize(
    ("path", "headers"),
    [(IMPORT, []), ("/registers/lost_property/", [SESSION]), ("/registers/a/b/import/", [SESSION]), ("/", [SESSION])],
)
def test_nothing_else_may_be_so_long_and_nobody_without_a_session(path: str, headers: list[Any]) -> None:
    with pytest.raises(bodies.BodyTooLarge):
        sent(path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1, *headers)
