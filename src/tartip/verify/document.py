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
from tartip.verify.checkpoint import FORMAT as CHECKPOINT, check_checkpoint, is_checkpoint
from tartip.verify.reading import MAX_JSON, read_start, whole
from tartip.verify.registry import BadDocument, Context, Unreadable, checker_of
from tartip.verify.verdict import Step, Verdict, done, failed, plain, unproven

PACKAGE_MANIFEST = "manifest.json"
# A package of a figure holds the files beside it, and no manifest of its own.
FIGURE = "figure.json"


def verify_file(
    path: Path | str,
    keys: Sequence[VerifierKey | str] = (),
    *,
    stamp_chain: bytes | None = None,
    journal: Path | None = None,
) -> Verdict:
    """Verify a receipt, a figure, a manifest, a checkpoint or a court package from the file alone.

    `keys` are the verifier keys (vkey text or parsed) you trust; without any, the document's own are used and nothing
    is proven (exit code 3). `stamp_chain`: PEM certificates of a time-stamp authority you trust. `journal`: the
    journal's extract, for a figure that must be shown to be complete. Whatever the file holds, a Verdict comes back;
    only a broken key in `keys` raises (BadKey).
    """
    trusted = _keys(keys)
    path = Path(path)
    try:
        head = read_start(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _unreadable(Unreadable(texts.NO_FILE, reason, name=plain(path.name)))
    source: Path | bytes = path if _is_zip(head) else head
    return _judge(Context(path, source, trusted, stamp_chain, journal))


def verify_bytes(data: bytes, keys: Sequence[VerifierKey | str] = (), *, stamp_chain: bytes | None = None) -> Verdict:
    """The same for a document that is not a file: an upload, an answer of the API."""
    return _judge(Context(None, bytes(data), _keys(keys), stamp_chain))


def _judge(context: Context) -> Verdict:
    try:
        if isinstance(context.source, bytes) and is_checkpoint(context.source):
            found = tuple(check_checkpoint(whole(context.source), context))
            read = done("read", texts.READ, format=CHECKPOINT)
            return Verdict(CHECKPOINT, (read, *found, *_not_looked_at(context, found)))
        document = _read(context.source)
        name = document.get("format")
        checker = checker_of(name) if isinstance(name, str) else None
        if checker is None:
            raise Unreadable(texts.NO_CHECKER, format=plain(repr(name)))
        steps = tuple(checker(document, context))
    except Unreadable as error:
        return _unreadable(error)
    except NotCanonical as error:
        return _unreadable(Unreadable(texts.NOT_JSON, str(error)))
    except BadDocument as error:
        return _unreadable(Unreadable(texts.UNREADABLE, str(error)))
    except Exception as error:  # a checker must never take the reader down with it
        reason = str(error) if isinstance(error, TartipError) else f"{type(error).__name__}: {error}"
        return Verdict("", (failed("check", texts.STOPPED, reason),))
    read = done("read", texts.READ, format=name)
    return Verdict(plain(name), (read, *steps, *_not_looked_at(context, steps)), tuple(_facts(document)))


def _not_looked_at(context: Context, steps: Sequence[Step]) -> Iterator[Step]:
    """What the caller gave and no check has read: whoever gave it would take the verdict for more than it is."""
    codes = {step.code for step in steps}
    if context.journal is not None and "extract" not in codes:
        yield unproven("extract", texts.EXTRACT_UNREAD, name=context.journal.name)
    if context.stamp_chain is not None and "stamp" not in codes:
        yield unproven("stamp", texts.STAMP_ABSENT)


def _read(source: Path | bytes) -> dict[str, Any]:
    data = _package_manifest(source) if isinstance(source, Path) or _is_zip(source) else source
    document = read_json(whole(data))
    if not isinstance(document, dict):
        raise Unreadable(texts.NOT_JSON, "not a JSON object")
    return document


def _package_manifest(source: Path | bytes) -> bytes:
    try:
        archive = io.BytesIO(source) if isinstance(source, bytes) else source
        with zipfile.ZipFile(archive) as package:
            names = package.namelist()
            if PACKAGE_MANIFEST not in names and FIGURE in names:
                raise Unreadable(texts.PACKAGE, name=FIGURE)
            with package.open(PACKAGE_MANIFEST) as member:
                return member.read(MAX_JSON + 1)
    except BadDocument:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds for broken archives
        raise Unreadable(texts.NO_MANIFEST, f"no readable {PACKAGE_MANIFEST}: {error}") from None


def _is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _keys(keys: Sequence[VerifierKey | str]) -> tuple[VerifierKey, ...]:
    return tuple(VerifierKey.parse(key) if isinstance(key, str) else key for key in keys)


def _unreadable(why: Unreadable) -> Verdict:
    return Verdict("", (failed("read", why.sentence, str(why), **why.given),))


def _facts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Short values the document states: of its entry and payload, or of itself."""
    inner = [part for part in (document.get("entry"), document.get("payload")) if isinstance(part, dict)]
    for part in inner or [dict(document)]:
        for name, value in part.items():
            if isinstance(value, (str, int)) and value != "":
                yield plain(name, 60), plain(value)
