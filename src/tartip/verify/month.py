"""The formats tartip-month/1 and /2, manifests of sealed months: is the file beside it the one the journal sealed?

The journal's receipt of the act that sealed the manifest (`NAME.receipt.json` beside `NAME.manifest.json`) proves its
origin; without it, or without a key from elsewhere, a manifest proves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from tartip.engines.merkle import NotCanonical, canonical_json, read_json
from tartip.verify import texts
from tartip.verify.reading import read_start, whole
from tartip.verify.receipt import check as check_receipt
from tartip.verify.registry import COMPLETENESS, BadDocument, Context, load_function
from tartip.verify.verdict import Outcome, Step, done, failed, unproven

SEALING = "month.seal"
LONGEST_NAME = 255


def check(manifest: Mapping[str, Any], context: Context) -> Iterator[Step]:
    """Steps file (size and SHA-256 of the bytes), manifest (the journal sealed it), and those of its receipt."""
    name, size, digest = (manifest.get(field) for field in ("file", "file_bytes", "file_sha256"))
    if not isinstance(name, str) or not isinstance(digest, str) or type(size) is not int:
        raise BadDocument("fields file, file_bytes and file_sha256: must be a name, a number and a hex text")
    if name != Path(name).name or name in ("", ".", "..") or "\0" in name:
        raise BadDocument("field file: must be a plain file name")
    beside = f"{name.removesuffix('.parquet')}.receipt.json"
    # No file system holds a longer name: neither the file nor its receipt could lie anywhere.
    if max(len(name.encode()), len(beside.encode())) > LONGEST_NAME:
        raise BadDocument("field file: is longer than the name of a file can be")
    yield _file(context.path, name, size, digest)
    yield from _sealed(beside, manifest, context)
    if context.journal is not None and context.path is not None:
        yield from load_function(COMPLETENESS)(manifest, context.path.parent, context.journal, context.keys)


def seals(receipt: object, digest: str) -> bool:
    """Is it a receipt of the very act that seals a month, and of this hash? Any other act may quote a hash."""
    return act_of(receipt) == SEALING and after_of(receipt).get("sha256") == digest


def act_of(receipt: object) -> object:
    entry = receipt.get("entry") if isinstance(receipt, dict) else None
    return entry.get("act") if isinstance(entry, dict) else None


def after_of(receipt: object) -> Mapping[str, Any]:
    """The fields of the record after the act, as the journal's payload holds them; empty where it holds none."""
    payload = receipt.get("payload") if isinstance(receipt, dict) else None
    after = payload.get("after") if isinstance(payload, dict) else None
    return after if isinstance(after, dict) else {}


def _file(manifest: Path | None, name: str, size: int, digest: str) -> Step:
    path = manifest.with_name(name) if manifest else None
    if path is None or not os.path.isfile(path):
        return unproven("file", texts.FILE_ABSENT, name=name)
    try:
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
            length = file.tell()
    except OSError as error:  # what cannot be read shows nothing, neither that it is the file nor that it is not
        return unproven("file", texts.NO_FILE, error.strerror or str(error), name=name)
    if length != size:
        return failed("file", texts.FILE_OTHER, f"{length} bytes instead of {size}", name=name)
    if found != digest:
        return failed("file", texts.FILE_OTHER, f"SHA-256 {found} instead of {digest}", name=name)
    return done("file", texts.FILE_SAME, name=name)


def counts_ahead(as_of: object, receipt: object) -> bool:
    """Does the file count up to an index which the log did not have when it was sealed? Then it is of another log."""
    index = receipt.get("index") if isinstance(receipt, dict) else None
    return type(as_of) is int and type(index) is int and as_of > index


def _sealed(beside: str, manifest: Mapping[str, Any], context: Context) -> Iterator[Step]:
    digest = sha256(canonical_json(manifest)).hexdigest()
    path = context.path.with_name(beside) if context.path else None
    if path is None or not os.path.isfile(path):
        yield unproven("manifest", texts.MANIFEST_ALONE, digest, name=beside)
        return
    try:
        receipt = read_json(whole(read_start(path)))
        if not seals(receipt, digest):
            raise BadDocument("it names another act or another hash")
        as_of = manifest.get("as_of", 0)
        if type(as_of) is not int or counts_ahead(as_of, receipt):
            raise BadDocument("the file counts entries that came after it was sealed")
        steps = list(check_receipt(receipt, context))
    except OSError as error:
        yield unproven("manifest", texts.NO_FILE, error.strerror or str(error), name=beside)
        return
    except (BadDocument, NotCanonical) as error:
        yield failed("manifest", texts.MANIFEST_OTHER, str(error), name=beside)
        return
    right = all(step.outcome is not Outcome.FAILED for step in steps)
    yield done("manifest", texts.MANIFEST_SEALED, digest) if right else failed("manifest", texts.MANIFEST_OTHER, digest)
    yield from steps
