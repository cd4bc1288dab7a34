"""Canonical JSON (RFC 8785) of the subset that is sealed: no floats, so that one value has one form everywhere."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, NoReturn

import orjson

from tartip.engines.merkle.errors import NotCanonical

MAX_INT = 2**53 - 1
MAX_DEPTH = 64
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_SCALARS = frozenset({str, int, bool, type(None)})


def canonical_json(value: Any) -> bytes:
    """UTF-8 bytes of `value` by RFC 8785.

    Allowed: objects with string keys, lists, strings without lone surrogates, integers within ±(2^53 - 1), true,
    false, null; nested at most 64 deep. Members of str or int enums count as their value. Raises NotCanonical.
    """
    if _is_plain(value, MAX_DEPTH):
        try:
            return orjson.dumps(value, option=_SORTED)
        except TypeError:
            pass  # the slow way names what is wrong and where
    return orjson.dumps(_normal(value, "$", MAX_DEPTH))


def read_json(data: bytes) -> Any:
    """Parse JSON text of the same subset. Raises NotCanonical for floats, duplicate keys, anything outside UTF-8."""
    if not isinstance(data, (bytes, bytearray)):
        raise NotCanonical("$", f"JSON text is bytes, not {type(data).__name__}")
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer
        )
    except RecursionError:
        raise NotCanonical("$", f"must not be nested deeper than {MAX_DEPTH}") from None
    except ValueError as error:
        raise NotCanonical("$", f"not JSON in UTF-8: {error}") from None
    canonical_json(value)
    return value


def _is_plain(value: Any, depth: int) -> bool:
    """Quick look: only exact types, ASCII keys, no floats. Says no too often rather than too rarely."""
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                return False
            if type(item) not in _SCALARS and not (depth > 1 and _is_plain(item, depth - 1)):
                return False
        return True
    if kind is list:
        return all(type(item) in _SCALARS or (depth > 1 and _is_plain(item, depth - 1)) for item in value)
    return kind in _SCALARS


def _normal(value: Any, where: str, depth: int) -> Any:
    """A copy in plain types with keys in RFC 8785 order (UTF-16 code units), or NotCanonical with the place."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise NotCanonical(where, "an integer must be within ±(2^53 - 1); write larger ones as text")
        return int(value)
    if isinstance(value, (dict, list, tuple)):
        if depth <= 0:
            raise NotCanonical(where, f"must not be nested deeper than {MAX_DEPTH}")
        if not isinstance(value, dict):
            return [_normal(item, f"{where}[{n}]", depth - 1) for n, item in enumerate(value)]
        for key in value:
            if not isinstance(key, str) or isinstance(key, Enum):
                raise NotCanonical(where, f"every key must be a string, not {type(key).__name__}")
        keys = sorted((_text(key, where) for key in value), key=lambda k: k.encode("utf-16-be"))
        return {key: _normal(value[key], f"{where}.{key}", depth - 1) for key in keys}
    raise NotCanonical(where, f"{type(value).__name__} has no canonical form; write it as an integer or text")


def _text(value: str, where: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical(where, "text must not hold lone surrogates") from None
    return str(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is not an integer")


def _integer(text: str) -> int:
    if len(text) > 17:
        raise ValueError(f"{text[:20]} is outside ±(2^53 - 1)")
    return int(text)
