"""The format tartip-month/1, manifests of sealed monthly files: is the file beside it the one that was sealed?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from tartip.engines.merkle import canonical_json
from tartip.verify import texts
from tartip.verify.registry import BadDocument, Context, register_format
from tartip.verify.verdict import Step, done, failed, warned

FORMAT = "tartip-month/1"


def check(manifest: Mapping[str, Any], context: Context) -> Iterator[Step]:
    """Steps file (size and SHA-256 of the bytes) and manifest (its own hash, for comparison with the journal)."""
    name, size, digest = (manifest.get(field) for field in ("file", "file_bytes", "file_sha256"))
    if not isinstance(name, str) or not isinstance(digest, str) or type(size) is not int:
        raise BadDocument("fields file, file_bytes and file_sha256: must be a name, a number and a hex text")
    if name != Path(name).name or name in ("", ".", ".."):
        raise BadDocument("field file: must be a plain file name")
    why = _difference(context.path, name, size, digest)
    yield failed("file", texts.FILE_OTHER, why, name=name) if why else done("file", texts.FILE_SAME, name=name)
    yield warned("manifest", texts.MANIFEST_ALONE, sha256(canonical_json(manifest)).hexdigest())


def _difference(manifest: Path | None, name: str, size: int, digest: str) -> str:
    if manifest is None:
        return "the file is not at hand"
    try:
        with manifest.with_name(name).open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
            length = file.tell()
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    if length != size:
        return f"{length} bytes instead of {size}"
    return "" if found == digest else f"SHA-256 {found} instead of {digest}"


register_format(FORMAT, check)
