"""One small world for the tests: three operators, four trunks, one number of each sort."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tartip.engines.screening import (
    CallWindows,
    Ingress,
    Listing,
    Lists,
    Ported,
    Register,
    Screen,
    Trunk,
    build_tables,
)

NOW = 1_790_000_000_000
TRUNKS = {
    1: Trunk(Ingress.INTERNATIONAL),
    2: Trunk(Ingress.NATIONAL, operator=2),
    3: Trunk(Ingress.SUBSCRIBER, operator=1),
    4: Trunk(Ingress.NATIONAL),
}
ROAMER, AT_HOME, PORTED, BANNED, PARDONED, HOTLINE = (
    77010000001, 77010000002, 77010000003, 77050000004, 77050000005, 77172000006
)  # fmt: skip


def numbers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.fixture(scope="session")
def lists() -> Lists:
    return Lists(
        denied=Listing(numbers(BANNED, PARDONED)),
        allowed=Listing(numbers(PARDONED), numbers(NOW + 1000)),
        never_calls=Listing(numbers(HOTLINE)),
        roamers={1: Register(numbers(ROAMER), NOW), 2: Register(numbers(), NOW)},
        ported=Ported(numbers(PORTED), np.array([2], np.uint8)),
    )


@pytest.fixture
def screen(lists: Lists) -> Screen:
    return Screen(build_tables(lists, TRUNKS, version=7), CallWindows(1024))


@pytest.fixture
def ask(screen: Screen) -> Callable[..., str]:
    """Rule that decides a call to an ordinary subscriber now."""

    def _ask(caller: int | str, trunk: int = 1, called: int | str = 77019999999, at: int = NOW, by: int = 0) -> str:
        return screen.decide(caller, called, trunk, at, by).rule

    return _ask
