"""The deep look: are all sealed files of a register there, unchanged, and is their content what was sealed?"""

from __future__ import annotations

from pathlib import Path

from tartip.engines.errors import EngineError
from tartip.engines.months import sentences as say
from tartip.engines.months.errors import FileChanged
from tartip.engines.months.folder import SealedMonths, check_file
from tartip.engines.months.manifest import Manifest
from tartip.verify import Step, done, failed


def audit(folder: Path | str, register: str, *, rows: bool = True) -> list[Step]:
    """Check the chain of manifests, the hash of each file and, with `rows`, its content by the block tree.

    Steps found, chain, then one `file` each. The root of the rows is computed from what the file says, not from its
    bytes: it finds a file that was written again by another program with other rows. About 2 s for a year of 25
    million records, 0.3 s without `rows`.
    """
    try:
        sealed = SealedMonths.read(folder, register)
    except EngineError as error:
        return [failed("found", say.NONE_FOUND, str(error), register=register)]
    if not sealed.manifests:
        return [failed("found", say.NONE_FOUND, register=register)]
    steps = [done("found", say.FOUND, count=len(sealed.manifests), register=register), _chain(sealed.manifests)]
    return steps + [_file(sealed, manifest, rows) for manifest in sealed.manifests]


def _chain(manifests: tuple[Manifest, ...]) -> Step:
    previous = None
    for number, manifest in enumerate(sorted(manifests, key=lambda m: m.number)):
        if manifest.number != number:
            return failed("chain", say.CHAIN_BROKEN, f"manifest {number} is missing before {manifest.name}")
        if manifest.previous != previous:
            return failed("chain", say.CHAIN_BROKEN, f"{manifest.name} does not follow the manifest sealed before it")
        previous = manifest.sha256
    return done("chain", say.CHAIN, f"last: {previous}")


def _file(sealed: SealedMonths, manifest: Manifest, rows: bool) -> Step:
    try:
        check_file(sealed.folder, manifest, again=True)
        if rows:
            _check_rows(sealed, manifest)
    except EngineError as error:
        return failed("file", say.FILE_CHANGED, str(error), name=manifest.file)
    return done("file", say.FILE, name=manifest.file, rows=manifest.rows)


def _check_rows(sealed: SealedMonths, manifest: Manifest) -> None:
    from tartip.engines.months.blocks import block_leaves, block_root
    from tartip.engines.months.canonical import check_sealed
    from tartip.engines.months.parquet import read_parquet
    from tartip.engines.months.sums import control_sums

    table = read_parquet(sealed.folder, manifest)
    check_sealed(table, manifest.schema, manifest.month)
    if control_sums(table, manifest.schema) != manifest.sums:
        raise FileChanged(manifest.file, "the control sums are not the sealed ones")
    if block_root(block_leaves(table, manifest.schema)).hex() != manifest.root:
        raise FileChanged(manifest.file, "the root of the rows is not the sealed one")
