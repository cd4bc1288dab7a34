"""What really happened, and how many drivers a list of offences accuses wrongly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """One drive through one section each, in true time; vehicles from `Truth.cars` on carry a copied plate."""

    vehicle: Ints
    plate: Ints
    section: npt.NDArray[np.int32]
    entered: Ints
    exited: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """`drive` and `misread` stand beside the rows of the passes."""

    drive: npt.NDArray[np.int32]
    misread: npt.NDArray[np.bool_]
    drives: Drives
    true_mm: Ints  # by section id - 1
    limit_kmh: Ints
    cars: int


@dataclass(frozen=True, slots=True)
class Innocents:
    """Counts over a list of offences.

    wrong_pairs: the reads are not two reads of one drive under its own plate. innocent: all offences whose owner of the
    plate did not do it: wrong pairs without a true offence of that owner at that time, bands higher than driven, and
    right pairs of a car that carries a copy of the plate. copies: how many of them are of the last kind.
    """

    offences: int
    wrong_pairs: int
    innocent: int
    copies: int

    @property
    def per_10000(self) -> float:
        return 10_000 * self.innocent / max(1, self.offences)


def innocents(truth: Truth, offences: pa.Table, bands_kmh: tuple[int, ...] = (10, 20, 40, 60)) -> Innocents:
    """Compare offences (rows of `Pairs.pairs`, rows numbered as the passes) with the truth."""
    entry, exit_, plate, section, band = (
        offences[name].to_numpy() for name in ("entry", "exit", "plate", "section", "band")
    )
    drives = truth.drives
    by, to = truth.drive[entry], truth.drive[exit_]
    wrong = (by != to) | (drives.plate[by] != plate)
    copies = ~wrong & (drives.vehicle[by] >= truth.cars)
    overstated = ~wrong & ~copies & (band > true_band(truth, by, bands_kmh))
    guilty = 0
    entered_at, exited_at = (offences[name].cast(pa.int64()).to_numpy() for name in ("entered_at", "exited_at"))
    for i in np.flatnonzero(wrong):
        own = np.flatnonzero(
            (drives.plate == plate[i])
            & (drives.section == section[i])
            & (drives.vehicle < truth.cars)
            & (drives.entered <= exited_at[i])
            & (drives.exited >= entered_at[i])
        )
        guilty += bool((true_band(truth, own, bands_kmh) >= band[i]).any())
    return Innocents(
        offences=len(entry),
        wrong_pairs=int(wrong.sum()),
        innocent=int(wrong.sum()) - guilty + int(overstated.sum()) + int(copies.sum()),
        copies=int(copies.sum()),
    )


def true_band(truth: Truth, drive: npt.NDArray[np.integer], bands_kmh: tuple[int, ...]) -> Ints:
    """The band a drive really deserved, from true length and true time."""
    drives = truth.drives
    road = drives.section[drive] - 1
    left = truth.true_mm[road] * 3600
    per_kmh = 1000 * (drives.exited[drive] - drives.entered[drive])
    band: Ints = np.sum([left > (truth.limit_kmh[road] + edge) * per_kmh for edge in bands_kmh], axis=0, dtype=np.int64)
    return band
