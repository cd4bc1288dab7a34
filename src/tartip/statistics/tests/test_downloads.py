"""A sealed file is taken whole, in part, or not at all where the reader has it; a package is made while it is sent."""

from __future__ import annotations

import asyncio
import io
import os
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tartip.cases.tests.made import stranger
from tartip.core.numbers import number
from tartip.server import asgi, sending
from tartip.statistics.sealing import folder
from tartip.statistics.tests.test_figures import PERIOD, octobers
from tartip.web.downloads import send_package

__all__ = ["octobers"]

NAME = "calls-2026-10.parquet"


def get(name: str = NAME, **headers: str) -> Any:
    return stranger("en").get(f"/statistics/files/{name}", headers=headers)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("name", [NAME, "calls-2026-10.manifest.json"])
def test_the_etag_of_a_sealed_file_is_its_hash(octobers, name):
    answer = get(name)
    assert answer.headers["ETag"] == f'"{sha256(body(answer)).hexdigest()}"'
    assert get(name, if_none_match=answer.headers["ETag"]).status_code == 304
    assert get(name, if_match='"another"').status_code == 412


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=4-9", 4, 9), ("bytes=100-", 100, None), ("bytes=-4", -4, None),
     ("bytes=10-999999999", 10, None), ("bytes=-999999999", 0, None)],
)  # fmt: skip
def test_a_part_is_handed_out(octobers, asked, first, last):
    whole = body(get())
    part = whole[first:] if last is None else whole[first : last + 1]
    answer = get(range=asked)
    assert (answer.status_code, answer.headers["Content-Length"]) == (206, str(len(part)))
    assert body(answer) == part
    begin = first % len(whole)
    assert answer.headers["Content-Range"] == f"bytes {begin}-{begin + len(part) - 1}/{len(whole)}"


@pytest.mark.parametrize(
    "asked", ["bytes=1-2,5-6", "bytes=9-1", "bytes=-", "lines=1-2", "bytes=\xb2-", "bytes=" + "9" * 99]
)
def test_what_is_no_single_range_gets_the_whole_file(octobers, asked):
    answer = get(range=asked)
    assert (answer.status_code, len(body(answer))) == (200, (folder() / NAME).stat().st_size)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0", "bytes=" + "9" * 30 + "-"])
def test_a_part_beyond_the_end_is_refused_with_the_size(octobers, asked):
    answer = get(range=asked)
    size = (folder() / NAME).stat().st_size
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert number(size) in answer.json()["detail"]


def test_a_part_of_another_file_is_not_mixed_into_this_one(octobers):
    tag = get().headers["ETag"]
    assert get(range="bytes=1-2", if_range=tag).status_code == 206
    assert get(range="bytes=1-2", if_range='"another"').status_code == 200


def test_a_sealed_file_that_is_gone_is_not_found(octobers):
    (folder() / NAME).unlink()
    assert get().status_code == 404


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
def test_what_is_no_file_in_the_place_of_a_sealed_one_is_not_found_and_not_waited_for(octobers, make):
    (folder() / NAME).unlink()
    make(folder() / NAME)
    assert get().status_code == 404
    assert package().status_code == 422, "the figure is not counted without it"
    with pytest.raises(FileNotFoundError):
        send_package("x.zip", {}, [folder() / NAME])


def test_a_date_is_not_asked_of_what_has_none(octobers):
    """RFC 9110, 13.1.3 and 13.1.4: the ETag is all there is."""
    tag, date = get().headers["ETag"], "Wed, 21 Oct 2015 07:28:00 GMT"
    assert get(if_unmodified_since=date).status_code == 200
    assert get(if_modified_since=date).status_code == 200
    assert get(if_unmodified_since=date, if_match='"another"').status_code == 412
    assert get(if_unmodified_since=date, if_none_match=tag).status_code == 304


@pytest.mark.parametrize("at", ["files/" + NAME, "package.zip", "figure.json", "verify/", ""])
def test_what_is_read_may_be_asked_for_its_head(octobers, at):
    query = {"indicator": "calls.received", "period": PERIOD}
    head, whole = (getattr(stranger(), method)(f"/statistics/{at}", query) for method in ("head", "get"))
    assert (head.status_code, body(head)) == (whole.status_code, b"") == (200, b"")
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


def package() -> Any:
    return stranger("en").get("/statistics/package.zip", {"indicator": "calls.received", "period": PERIOD})


def test_a_package_is_the_same_whenever_it_is_taken_and_however_old_its_files_are(octobers):
    """A ZIP knows no day before 1980."""
    first = body(package())
    os.utime(folder() / NAME, (1, 1))
    assert body(package()) == first


def test_a_package_holds_what_verifies(octobers):
    answer = package()
    with zipfile.ZipFile(io.BytesIO(body(answer))) as packed:
        assert packed.testzip() is None
        assert packed.read(NAME) == (folder() / NAME).read_bytes()
        assert "figure.json" in packed.namelist()


def test_a_package_of_large_files_is_read_piece_by_piece(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(os.urandom(3_000_000))
    pieces = list(send_package("x.zip", {"t": b"text"}, [tmp_path / "a", tmp_path / "b"]))
    assert max(map(len, pieces)) < 2 * sending.CHUNK
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as packed:
        assert packed.read("b") == (tmp_path / "b").read_bytes()


def scope_of(path: str, query: str = "") -> dict[str, Any]:
    return {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "scheme": "http", "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


def test_a_file_is_sent_from_its_own_place_and_may_go_away_meanwhile(octobers):
    """No copy of it is made, and the thread has ended before the first byte goes out."""
    whole = (folder() / NAME).read_bytes()
    answer = asgi._answered(scope_of(f"/statistics/files/{NAME}"), b"")
    assert os.path.samestat(os.fstat(answer.body.fileno()), (folder() / NAME).stat())  # type: ignore[attr-defined]
    (folder() / NAME).unlink()
    assert asyncio.run(sent(answer)) == whole
    assert answer.body.closed  # type: ignore[attr-defined]


def test_a_part_and_a_package_are_sent_by_the_event_loop_too(octobers):
    scope = scope_of(f"/statistics/files/{NAME}")
    scope["headers"].append((b"range", b"bytes=5-99"))
    assert asyncio.run(sent(asgi._answered(scope, b""))) == (folder() / NAME).read_bytes()[5:100]
    made = asgi._answered(scope_of("/statistics/package.zip", f"indicator=calls.received&period={PERIOD}"), b"")
    with zipfile.ZipFile(io.BytesIO(asyncio.run(sent(made)))) as packed:
        assert packed.testzip() is None


async def sent(answer: sending.Answer) -> bytes:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    await sending.send_all(answer, send, "192.0.2.1")
    assert said[-1]["more_body"] is False
    assert all(message["more_body"] for message in said[1:-1])
    return b"".join(message["body"] for message in said[1:])
