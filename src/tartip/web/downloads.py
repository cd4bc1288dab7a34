"""Files that anybody may take: one as it lies, whole or in part, or several in a ZIP that is made while it is sent.

None of it is copied to disk or into memory. The page server goes on sending them after the thread has been given back:
see `Handed` in server/sending.py.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from errno import ENOENT
from pathlib import Path
from typing import IO, Any, cast

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from whitenoise.responders import SlicedFile  # type: ignore[import-untyped]

from tartip.core.problems import problem_of
from tartip.errors import TartipError

PIECE = 64 * 1024
# One range (RFC 9110, 14.1.2). What asks for several, or for none that makes sense, is answered with the whole file.
RANGE = re.compile(r"bytes=([0-9]{0,30})-([0-9]{0,30})")


class NoSuchRange(TartipError):
    code = "range.bad"
    text = "Range: the file has %(size)s bytes."
    http_status = 416


def send_file(request: HttpRequest, path: Path, *, hash_of_it: str) -> HttpResponseBase:
    """The file, the part that `Range` names (206, 416), or that the reader has it already (304).

    `hash_of_it` is its ETag. Raises FileNotFoundError. The file is opened once: it may go away while it is sent.
    """
    tag = f'"{hash_of_it}"'
    file = open_regular(path)
    size = os.fstat(file.fileno()).st_size
    answer: HttpResponseBase | None = get_conditional_response(_without_date(request), etag=tag)
    if answer is None:
        try:
            answer = _whole_or_part(file, path.name, size, _range_of(request, tag, size))
        except NoSuchRange as error:
            answer = problem_of(error)
            answer["Content-Range"] = f"bytes */{size}"
    if not isinstance(answer, FileResponse):
        file.close()
    answer["ETag"], answer["Accept-Ranges"] = tag, "bytes"
    return answer


def open_regular(path: Path) -> IO[bytes]:
    """Raises FileNotFoundError for what is no regular file too: a folder has no bytes, a pipe would be waited for."""
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(file).st_mode):
        return os.fdopen(file, "rb")
    os.close(file)
    raise FileNotFoundError(ENOENT, "no regular file", str(path))


def _without_date(request: HttpRequest) -> HttpRequest:
    """If-Unmodified-Since is not asked about what has no date of modification (RFC 9110, 13.1.4); Django refuses it."""
    asked = copy(request)
    asked.META = {name: text for name, text in request.META.items() if name != "HTTP_IF_UNMODIFIED_SINCE"}
    return asked


def _whole_or_part(file: IO[bytes], name: str, size: int, part: tuple[int, int] | None) -> FileResponse:
    if part is None:
        return FileResponse(file, as_attachment=True, filename=name)
    first, last = part
    answer = FileResponse(SlicedFile(file, first, last), as_attachment=True, filename=name, status=206)
    answer["Content-Range"], answer["Content-Length"] = f"bytes {first}-{last}/{size}", last - first + 1
    return answer


def _range_of(request: HttpRequest, tag: str, size: int) -> tuple[int, int] | None:
    """The first and the last byte that are asked for; None for the whole file. Raises NoSuchRange."""
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = found.groups()
    if not first:
        if not last:
            return None
        if not int(last) or not size:
            raise NoSuchRange(size=size)
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NoSuchRange(size=size)
    return int(first), min(int(last), size - 1) if last else size - 1


def send_package(name: str, texts: Mapping[str, bytes], files: Sequence[Path]) -> FileResponse:
    """A ZIP of texts and files, not compressed. Raises FileNotFoundError before anything of it is sent."""
    for path in files:
        open_regular(path).close()
    package = Package(_zip(texts, files))
    return FileResponse(cast("Any", package), as_attachment=True, filename=name, content_type="application/zip")


class Package:
    """Pieces of a ZIP as a file to be read from; `detached` is the same for whoever goes on sending it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int = PIECE, /) -> bytes:
        """The next piece, of whatever size; nothing at the end."""
        return next(self._pieces, b"")

    def detached(self) -> Detached:
        return Detached(self._pieces)


class Detached(Package):
    def close(self) -> None:
        cast("Any", self._pieces).close()


class _Out:
    """What zipfile writes into: it cannot be gone back in, so that what is written can be sent at once."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> int:
        self.written += data
        return len(data)

    def flush(self) -> None: ...

    def taken(self) -> bytes:
        taken, self.written = bytes(self.written), bytearray()
        return taken


def _zip(texts: Mapping[str, bytes], files: Sequence[Path]) -> Iterator[bytes]:
    out = _Out()
    with zipfile.ZipFile(cast("IO[bytes]", out), "w", zipfile.ZIP_STORED) as made:
        for name, text in texts.items():
            made.writestr(_entry(name, len(text)), text)
        for path in files:
            with open_regular(path) as file:
                entry = _entry(path.name, os.fstat(file.fileno()).st_size)
                with made.open(entry, "w") as place:
                    while piece := file.read(PIECE):
                        place.write(piece)
                        if len(out.written) >= PIECE:
                            yield out.taken()
    yield out.taken()


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    """Of one date for all, so that two packages of the same files are equal byte for byte."""
    entry = zipfile.ZipInfo(name)  # 1 January 1980, the first day a ZIP can name
    entry.file_size, entry.external_attr = size, 0o100644 << 16
    return entry
