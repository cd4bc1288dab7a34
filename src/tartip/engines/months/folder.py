"""The sealed months of one register in one folder: which files belong to a month, and are they the sealed ones."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from stat import S_ISREG

from tartip.engines.errors import EngineError
from tartip.engines.merkle import read_json
from tartip.engines.months.errors import BadManifest, BadSchema, FileChanged, FileUnread, NotSealed, shorten
from tartip.engines.months.manifest import Manifest
from tartip.engines.months.month import Month
from tartip.engines.months.schema import NAME

SUFFIX = ".manifest.json"
MAX_MANIFEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SealedMonths:
    """Some sealed files of one register; the order of `manifests` is that of month and supplement."""

    folder: Path
    manifests: tuple[Manifest, ...]

    @classmethod
    def read(cls, folder: Path | str, register: str) -> SealedMonths:
        """All that is sealed of the register in the folder. Raises BadManifest for a manifest that was changed."""
        folder = Path(folder)
        check_register(register)
        found = [read_manifest(path) for path in sorted(folder.glob(f"{register}-????-??*{SUFFIX}"))]
        return cls(folder, _ordered(m for m in found if m.register == register))

    def of(self, months: Iterable[Month]) -> SealedMonths:
        """These months with all their supplements. Raises NotSealed naming the first month that is not there."""
        parts: dict[Month, list[Manifest]] = {}
        for manifest in self.manifests:
            parts.setdefault(manifest.month, []).append(manifest)
        wanted = dict.fromkeys(months)
        for month in wanted:
            supplements = [m.supplement for m in parts.get(month, ())]
            if supplements != list(range(len(supplements))) or not supplements:
                raise NotSealed(str(month) if 0 not in supplements else f"a supplement of {month} before the last")
        return SealedMonths(self.folder, tuple(m for m in self.manifests if m.month in wanted))

    def parts(self, month: Month) -> tuple[Manifest, ...]:
        """The month's file and its supplements, in order; empty if the month is not sealed."""
        return tuple(m for m in self.manifests if m.month == month)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(dict.fromkeys(m.month for m in self.manifests))

    @property
    def head(self) -> Manifest | None:
        """The manifest sealed last, whatever its month."""
        return max(self.manifests, key=lambda m: m.number, default=None)

    def path(self, manifest: Manifest) -> Path:
        return self.folder / manifest.file

    def check(self) -> None:
        """Compare every file with its sealed hash; a file not touched since the last look is not read again.

        Raises FileChanged naming the file.
        """
        for manifest in self.manifests:
            check_file(self.folder, manifest)


def check_register(register: str) -> None:
    """Raise BadSchema unless it is a register's name: a pattern or a path would look at other files."""
    if not isinstance(register, str) or not NAME.fullmatch(register):
        raise BadSchema("register", shorten(register), "must be lower case letters, digits and _")


def read_manifest(path: Path) -> Manifest:
    """One manifest file; one not touched since the last look is not read again.

    Raises BadManifest if it is not canonical, or is named otherwise than it says.
    """
    try:
        stat = path.stat()
        if not S_ISREG(stat.st_mode):  # a pipe would be waited for, a device has no end
            raise BadManifest("manifest", path.name, "is no file")
        if stat.st_size > MAX_MANIFEST:
            raise BadManifest("manifest", path.name, f"is longer than {MAX_MANIFEST} bytes")
        manifest = _parsed(path, stat.st_ino, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise BadManifest("manifest", path.name, f"cannot be read: {error.strerror}") from None
    except BadManifest:
        raise
    except EngineError as error:
        raise BadManifest("manifest", path.name, str(error)) from None
    if path.name != manifest.name + SUFFIX:
        raise BadManifest("manifest", path.name, f"says it is {manifest.name}")
    return manifest


@lru_cache(maxsize=8192)
def _parsed(path: Path, inode: int, size: int, changed_ns: int) -> Manifest:
    with path.open("rb") as file:
        data = file.read(MAX_MANIFEST + 1)
    if len(data) > MAX_MANIFEST:  # it grew since it was looked at: never a beginning alone
        raise BadManifest("manifest", path.name, f"is longer than {MAX_MANIFEST} bytes")
    return Manifest.from_json(read_json(data))


def check_file(folder: Path, manifest: Manifest, *, again: bool = False) -> None:
    """Raises FileChanged if its bytes are not those of the manifest, FileUnread if it is missing or cannot be read.

    A file whose time, size and inode are as at the last look is not read again, unless `again`.
    """
    try:
        stat = os.stat(folder / manifest.file)
        if stat.st_size != manifest.file_bytes:
            raise FileChanged(manifest.file, f"has {stat.st_size} bytes, {manifest.file_bytes} were sealed")
        read = _file_sha256.__wrapped__ if again else _file_sha256
        seen = read(folder / manifest.file, stat.st_ino, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise FileUnread(manifest.file, f"cannot be read: {error.strerror}") from None
    if seen != manifest.file_sha256:
        raise FileChanged(manifest.file, f"SHA-256 is {seen[:16]}…, {manifest.file_sha256[:16]}… was sealed")


@lru_cache(maxsize=4096)
def _file_sha256(path: Path, inode: int, size: int, changed_ns: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _ordered(manifests: Iterable[Manifest]) -> tuple[Manifest, ...]:
    return tuple(sorted(manifests, key=lambda m: (m.month, m.supplement)))
