"""What pairing returns: pairs and suspects as Arrow tables; every read is in exactly one of them."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from tartip.engines.pairing.reads import AT

REASON = pa.dictionary(pa.int8(), pa.string())
PAIRS = pa.schema(
    [
        ("plate", pa.int64()),
        ("section", pa.int32()),
        ("entry", pa.int64()),  # row of the entry read
        ("exit", pa.int64()),  # row of the exit read
        ("entered_at", AT),
        ("exited_at", AT),
        ("low_m_per_h", pa.int32()),  # lower-bound speed in whole metres per hour, cut: 110,417 is 110.417 km/h
        ("band", pa.int8()),  # 0: nothing proven; k: above the k-th edge of the bands
    ]
)
SUSPECTS = pa.schema(
    [
        ("read", pa.int64()),  # row of the read
        ("plate", pa.int64()),
        ("section", pa.int32()),
        ("at", AT),
        ("side", pa.int8()),
        ("reason", REASON),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs in the order of their entry rows, suspects in the order of their rows. No number in them is a float."""

    pairs: pa.Table
    suspects: pa.Table

    @property
    def offences(self) -> pa.Table:
        """The pairs whose lower-bound speed is above the first edge."""
        import pyarrow.compute as pc

        return self.pairs.filter(pc.greater(self.pairs["band"], 0))
