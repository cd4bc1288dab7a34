"""Typed readers of the environment: a wrong value stops the program with the name of the variable and the rule."""

from __future__ import annotations

import os
import pathlib


class BadSetting(SystemExit):
    """A setting that cannot be used; the message is all the operator needs."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"Setting {name}: {rule}")


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise BadSetting(name, "is required and has no default")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise BadSetting(name, f"must be 1 or 0, not {value!r}")


def integer(name: str, default: int, least: int, most: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise BadSetting(name, f"must be a whole number, not {value!r}") from None
    if not least <= number <= most:
        raise BadSetting(name, f"must be from {least} to {most}, not {number}")
    return number


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str) -> str | None:
    """NAME, or the content of the file that NAME_FILE points to; None when neither is set."""
    if name in os.environ:
        return os.environ[name]
    path = os.environ.get(name + "_FILE")
    if path is None:
        return None
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError as error:
        raise BadSetting(name + "_FILE", f"cannot be read: {error}") from error
