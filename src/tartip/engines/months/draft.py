"""A month written but not yet sealed: one rename away from being there, one unlink away from never having been."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkstemp

from tartip.engines.merkle import canonical_json
from tartip.engines.months.errors import AlreadySealed, NotSealed
from tartip.engines.months.folder import SUFFIX, SealedMonths
from tartip.engines.months.manifest import Manifest, part_name
from tartip.engines.months.month import Month


@dataclass(frozen=True, slots=True)
class Draft:
    """The Parquet file under a temporary name, and its manifest without a place in the register's chain."""

    folder: Path
    temporary: Path
    manifest: Manifest

    def publish(self) -> Manifest:
        """Give the file its name and its place after the manifest sealed last; the manifest comes last.

        A crash in between leaves a Parquet file without a manifest, which is no sealed file and is replaced later.
        Raises AlreadySealed or NotSealed if somebody else was faster.
        """
        manifest = self.manifest
        try:
            with _alone(self.folder):
                sealed = SealedMonths.read(self.folder, manifest.register)
                check_turn(sealed, manifest.month, manifest.supplement, manifest.register)
                if head := sealed.head:
                    manifest = replace(manifest, number=head.number + 1, previous=head.sha256)
                self.temporary.chmod(0o444)
                self.temporary.replace(self.folder / manifest.file)
                _write_new(self.folder / (manifest.name + SUFFIX), canonical_json(manifest.as_json()))
        finally:
            self.discard()
        return manifest

    def discard(self) -> None:
        self.temporary.unlink(missing_ok=True)


def check_turn(sealed: SealedMonths, month: Month, supplement: int, register: str) -> None:
    """Raises AlreadySealed if this part exists, NotSealed if the part before it does not."""
    there = len(sealed.parts(month))
    if supplement < there:
        raise AlreadySealed(part_name(register, month, supplement))
    if supplement > there:
        raise NotSealed(part_name(register, month, supplement - 1))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One sealer at a time in a folder; the kernel frees the lock of a process that dies."""
    with (folder / ".sealing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_new(path: Path, data: bytes) -> None:
    handle, name = mkstemp(prefix=".sealing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        Path(name).chmod(0o444)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
