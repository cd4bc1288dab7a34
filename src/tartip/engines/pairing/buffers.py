"""Memory for large columns from Arrow's pool, which keeps what is given back.

Fresh pages from the operating system are the dearest part of pairing on a virtual machine: with NumPy's own allocation
every call pays for them again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def buffer(n: int, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """An array of n values from the pool, not cleared."""
    size = np.dtype(kind).itemsize
    return (
        np.frombuffer(pa.allocate_buffer(n * size, memory_pool=pa.system_memory_pool()), dtype=kind)
        if n
        else np.empty(0, kind)
    )
