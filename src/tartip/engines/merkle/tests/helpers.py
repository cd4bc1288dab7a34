"""Where the shared vectors lie, and leaves to grow trees from."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[5]
SHARED = REPOSITORY.parent / "shared" / "data"


def shared(*parts: str) -> Path:
    """A path in the shared data; the test is skipped where that folder is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"../shared/data/{'/'.join(parts)} is absent")
    return path


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def b64(text: str) -> bytes:
    return base64.b64decode(text)


def leaves(n: int) -> list[bytes]:
    return [sha256(b"\x00" + i.to_bytes(4, "big")).digest() for i in range(n)]
