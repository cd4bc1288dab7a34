"""The one way kernels are compiled here: cached on disk, without the interpreter lock, plain IEEE arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numba

Scalar: TypeAlias = Any  # one number inside a kernel, whose width numba chooses and mypy cannot follow
Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def brief(function: Kernel) -> Kernel:
    """Compile what takes a few microseconds: it keeps the interpreter lock, for taking it back among several threads
    takes longer than such a kernel."""
    return cast(Kernel, numba.njit(cache=True, error_model="numpy")(function))


def kernel(function: Kernel) -> Kernel:
    """Compile with numba; errors in indexing are not checked, so arguments must come from a checked network."""
    return cast(Kernel, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
