"""The deep look: are all sealed files of a register there, unchanged, and is their content what was sealed?"""

from __future__ import annotations

from pathlib import Path

from tartip.engines.errors import EngineError
from tartip.engines.months.errors import FileChanged
from tartip.engines.months.folder import SealedMonths, check_file
from tartip.engines.months.manifest import Manifest
from tartip.engines.months.steps import Step


def audit(folder: Path | str, register: str, *, rows: bool = True) -> list[Step]:
    """Check the chain of manifests, the hash of each file and, with `rows`, its content by the block tree.

    The root of the rows is computed from what the file says, not from its bytes: it finds a file that was written
    again by another program with other rows. About 3 s for a year of 25 million records, 0.5 s without `rows`.
    """
    try:
        sealed = SealedMonths.read(folder, register)
    except EngineError as error:
        return [Step("manifests", False, str(error))]
    steps = [Step("manifests", bool(sealed.manifests), f"{len(sealed.manifests)} found"), _chain(sealed.manifests)]
    for manifest in sealed.manifests:
        steps.append(_file(sealed, manifest, rows))
    return steps


def _chain(manifests: tuple[Manifest, ...]) -> Step:
    previous = None
    for number, manifest in enumerate(sorted(manifests, key=lambda m: m.number)):
        if manifest.number != number:
            return Step("chain", False, f"manifest {number} is missing before {manifest.name}")
        if manifest.previous != previous:
            return Step("chain", False, f"{manifest.name} does not follow the manifest sealed before it")
        previous = manifest.sha256
    return Step("chain", True, f"each manifest names the one before; the last is {previous}")


def _file(sealed: SealedMonths, manifest: Manifest, rows: bool) -> Step:
    try:
        check_file(sealed.folder, manifest)
        if rows:
            _check_rows(sealed, manifest)
    except EngineError as error:
        return Step(manifest.file, False, str(error))
    return Step(manifest.file, True, f"{manifest.rows} rows, {'file and rows' if rows else 'file'} as sealed")


def _check_rows(sealed: SealedMonths, manifest: Manifest) -> None:
    from tartip.engines.months.blocks import block_leaves, block_root
    from tartip.engines.months.parquet import read_parquet
    from tartip.engines.months.sums import control_sums

    table = read_parquet(sealed.folder, manifest)
    if table.num_rows != manifest.rows:
        raise FileChanged(manifest.file, f"holds {table.num_rows} rows, {manifest.rows} were sealed")
    if control_sums(table, manifest.schema) != manifest.sums:
        raise FileChanged(manifest.file, "the control sums are not the sealed ones")
    if block_root(block_leaves(table, manifest.schema)).hex() != manifest.root:
        raise FileChanged(manifest.file, "the root of the rows is not the sealed one")
