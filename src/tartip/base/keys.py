"""Secrets of this node. Given by the environment in production; made once under var/keys for a demo."""

from __future__ import annotations

import os
import pathlib
import secrets as random_source

from tartip.base import env


def key(name: str, folder: pathlib.Path, size: int = 32) -> str:
    """A hex secret: from NAME or NAME_FILE, else kept in `folder` (mode 0600), made at the first call."""
    given = env.secret(name)
    if given is not None:
        if len(given) < 2 * size:
            raise env.BadSetting(name, f"must have at least {2 * size} characters")
        return given
    path = folder / name.lower()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(random_source.token_hex(size))
    return path.read_text().strip()
