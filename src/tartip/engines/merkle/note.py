"""Signed notes of C2SP: a text, a blank line, and one line per signature beginning with an em dash."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tartip.engines.errors import expect
from tartip.engines.merkle.errors import BadKey, BadNote, NotTrusted
from tartip.engines.merkle.hashing import is_bytes
from tartip.engines.merkle.keys import Signature, SigningKey, VerifierKey, check_name, decode_base64

DASH = "\u2014 "
MAX_BYTES = 256 * 1024
MAX_SIGNATURES = 64


class Note(NamedTuple):
    """A parsed note: nothing in it may be believed before `open_note`. `text` ends with a newline."""

    text: str
    signatures: tuple[Signature, ...]


class Signed(NamedTuple):
    """A trusted key whose signature holds, and the POSIX time it states (witnesses only)."""

    key: VerifierKey
    at: int | None


def parse_note(data: str | bytes) -> Note:
    """Split a note strictly: UTF-8, no control characters, at least one well-formed signature line. Raises BadNote."""
    text, _, lines = _decoded(data).rpartition("\n\n")
    if not text or not lines.endswith("\n"):
        raise BadNote("text, a blank line and signature lines are expected, each ending in a newline")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MAX_SIGNATURES:
        raise BadNote(f"more than {MAX_SIGNATURES} signatures")
    return Note(text + "\n", signatures)


def format_note(note: Note) -> str:
    """The note as text, the inverse of `parse_note`."""
    lines = [f"{DASH}{s.name} {base64.b64encode(s.key_id + s.body).decode('ascii')}\n" for s in note.signatures]
    return f"{note.text}\n{''.join(lines)}"


def sign_note(text: str, keys: Iterable[SigningKey]) -> str:
    """Sign `text`, which must end with a newline, with every key in turn; returns the whole note. Raises BadNote."""
    if not isinstance(text, str) or not text.endswith("\n"):
        raise BadNote("the text must end with a newline")
    _decoded(text)
    note = format_note(Note(text, tuple(key.sign(text) for key in keys)))
    parse_note(note)
    return note


def open_note(data: str | bytes, trusted: Sequence[VerifierKey]) -> tuple[Note, tuple[Signed, ...]]:
    """Parse a note and check the signatures of all trusted keys, each listed once in the result.

    Lines of unknown keys are passed over. Raises BadNote, BadSignature if a trusted key's line does not verify,
    NotTrusted if no trusted key signed, BadKey if two trusted keys share name and id.
    """
    known: dict[tuple[str, bytes], VerifierKey] = {}
    expect("trusted", trusted, list, tuple)
    for key in trusted:
        expect("trusted", key, VerifierKey)
        if known.setdefault((key.name, key.key_id), key) != key:
            raise BadKey("two trusted keys share one name and id")
    note = parse_note(data)
    signed: dict[VerifierKey, Signed] = {}
    for signature in note.signatures:
        found = known.get((signature.name, signature.key_id))
        if found is not None:
            at = found.check(note.text, signature.body)
            signed.setdefault(found, Signed(found, at))
    if not signed:
        raise NotTrusted("no trusted key has signed it")
    return note, tuple(signed.values())


def _decoded(data: str | bytes) -> str:
    if not isinstance(data, str) and not is_bytes(data):
        raise BadNote(f"text or bytes are expected, not {type(data).__name__}")
    if len(data) > MAX_BYTES:
        raise BadNote(f"longer than {MAX_BYTES} bytes")
    try:
        raw = data.encode("utf-8") if isinstance(data, str) else bytes(data)
        text = raw.decode("utf-8")
    except UnicodeError:
        raise BadNote("not UTF-8") from None
    if len(raw) > MAX_BYTES:
        raise BadNote(f"longer than {MAX_BYTES} bytes")
    if any(c < " " and c != "\n" for c in text):
        raise BadNote("control characters")
    return text


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not space:
        raise BadNote("a signature line is an em dash, the key's name and base64")
    try:
        check_name(name)
        data = decode_base64(encoded)
    except (BadKey, ValueError):
        raise BadNote("a signature line holds a bad name or bad base64") from None
    if len(data) < 5:
        raise BadNote("a signature is shorter than 5 bytes")
    return Signature(name, data[:4], data[4:])
