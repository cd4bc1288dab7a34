"""Typed readers of the environment: a wrong value stops the program with the name of the variable and the rule."""

from __future__ import annotations

import ipaddress
import os
import pathlib
import re


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


def choice(name: str, default: str, known: tuple[str, ...]) -> str:
    value = text(name, default).strip().upper()
    if value not in known:
        raise BadSetting(name, f"must be one of {', '.join(known)}, not {value!r}")
    return value


def matching(name: str, default: str, pattern: str, rule: str) -> str:
    """A text of a given form; `rule` says in words which."""
    value = text(name, default)
    if not re.fullmatch(pattern, value):
        raise BadSetting(name, f"{rule}, not {value!r}")
    return value


def folder(name: str, path: pathlib.Path, mode: int = 0o777) -> pathlib.Path:
    """Make the folder that a setting leads to, or say why it cannot be used."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as error:
        raise BadSetting(name, f"the folder {path} cannot be made: {error.strerror}") from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise BadSetting(name, f"the folder {path} cannot be written by this user")
    return path


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Networks by address and length of the prefix; an address alone is a network of one."""
    found = []
    for word in words(name):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError:
            raise BadSetting(name, f"must be networks such as 10.20.0.0/16, comma separated, not {word!r}") from None
    return found


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
        raise BadSetting(name + "_FILE", f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSetting(name + "_FILE", f"{path} is no text") from error
