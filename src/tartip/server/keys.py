"""Secrets of this node. Given by the environment in production; made once under var/keys for a demo."""

from __future__ import annotations

import contextlib
import os
import pathlib
import secrets as random_source
from collections.abc import Callable

from tartip.server import env

HEX = "0123456789abcdef"


def key(name: str, folder: pathlib.Path, size: int = 32, *, digits: str = HEX) -> str:
    """A secret: from NAME or NAME_FILE, else kept in `folder` (mode 0600), made at the first call.

    Hex digits, because its bytes are used; with `digits=""` any characters may be given.
    """
    given = env.secret(name)
    if given is not None:
        return _checked(name, given, size, digits, "it")
    path = folder / name.lower()
    env.folder("TARTIP_VAR", folder, 0o700)
    try:
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(random_source.token_hex(size))
        return _checked(name, path.read_text(errors="replace").strip(), size, digits, str(path))
    except OSError as error:
        raise env.BadSetting("TARTIP_VAR", f"the key {path} cannot be used: {error.strerror}") from error


def later(name: str, folder: pathlib.Path) -> Callable[[], str]:
    """The same secret, read (and made, where none is given) only when asked for: not every process may hold it."""
    if name in os.environ:
        _checked(name, os.environ[name], 32, HEX, "it")
    return lambda: key(name, folder)


def _checked(name: str, key: str, size: int, digits: str, place: str) -> str:
    kind = "hex digits (0 to 9, a to f), an even number of them" if digits else "characters"
    if len(key) < 2 * size or (digits and (len(key) % 2 or set(key.lower()) - set(digits))):
        raise env.BadSetting(name, f"{place} must hold at least {2 * size} {kind}")
    return key
