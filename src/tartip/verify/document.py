"""Opening a document of unknown worth: JSON or a zip package, whatever the bytes are, and judging it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tartip.engines.merkle import NotCanonical, VerifierKey, read_json
from tartip.errors import TartipError
from tartip.verify import texts
from tartip.verify.registry import BadDocument, Context, checker_of
from tartip.verify.verdict import Verdict, done, failed, plain

MAX_JSON = 16 * 1024 * 1024
PACKAGE_MANIFEST = "manifest.json"


def verify_file(
    path: Path | str, keys: Sequence[VerifierKey | str] = (), *, stamp_chain: bytes | None = None
) -> Verdict:
    """Verify a receipt, a figure or a court package from the file alone.

    `keys` are the verifier keys (vkey text or parsed) you trust; without any, the document's own are used and a
    warning says so. `stamp_chain`: PEM certificates of a time-stamp authority you trust. Whatever the file holds, a
    Verdict comes back; only a broken key in `keys` raises (BadKey).
    """
    trusted = _keys(keys)
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(MAX_JSON + 1)
    except (OSError, ValueError) as error:
        return _unreadable(getattr(error, "strerror", None) or str(error))
    source: Path | bytes = path if _is_zip(head) else head
    return _judge(Context(path, source, trusted, stamp_chain))


def verify_bytes(data: bytes, keys: Sequence[VerifierKey | str] = (), *, stamp_chain: bytes | None = None) -> Verdict:
    """The same for a document that is not a file: an upload, an answer of the API."""
    return _judge(Context(None, bytes(data), _keys(keys), stamp_chain))


def _judge(context: Context) -> Verdict:
    try:
        document = _read(context.source)
        name = document.get("format")
        checker = checker_of(name) if isinstance(name, str) else None
        if checker is None:
            raise BadDocument(f"no checker for the format {name!r} is installed here")
        steps = tuple(checker(document, context))
    except (BadDocument, NotCanonical) as error:
        return _unreadable(str(error))
    except Exception as error:  # a checker must never take the reader down with it
        reason = str(error) if isinstance(error, TartipError) else f"{type(error).__name__}: {error}"
        return Verdict("", (failed("check", texts.STOPPED, reason),))
    return Verdict(plain(name), (done("read", texts.READ, format=name), *steps), tuple(_facts(document)))


def _read(source: Path | bytes) -> dict[str, Any]:
    data = _package_manifest(source) if isinstance(source, Path) or _is_zip(source) else source
    if len(data) > MAX_JSON:
        raise BadDocument(f"longer than {MAX_JSON} bytes")
    document = read_json(data)
    if not isinstance(document, dict):
        raise BadDocument("not a JSON object")
    return document


def _package_manifest(source: Path | bytes) -> bytes:
    try:
        archive = io.BytesIO(source) if isinstance(source, bytes) else source
        with zipfile.ZipFile(archive) as package, package.open(PACKAGE_MANIFEST) as member:
            return member.read(MAX_JSON + 1)
    except Exception as error:  # zipfile raises half a dozen kinds for broken archives
        raise BadDocument(f"a zip file without a readable {PACKAGE_MANIFEST}: {error}") from None


def _is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _keys(keys: Sequence[VerifierKey | str]) -> tuple[VerifierKey, ...]:
    return tuple(VerifierKey.parse(key) if isinstance(key, str) else key for key in keys)


def _unreadable(why: str) -> Verdict:
    return Verdict("", (failed("read", texts.UNREADABLE, why),))


def _facts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Short values the document states: of its entry and payload, or of itself."""
    inner = [part for part in (document.get("entry"), document.get("payload")) if isinstance(part, dict)]
    for part in inner or [dict(document)]:
        for name, value in part.items():
            if isinstance(value, (str, int)) and value != "":
                yield plain(name, 60), plain(value)
