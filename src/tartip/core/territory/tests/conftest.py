from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tartip.core.territory import cache
from tartip.core.territory.geojson import read_features
from tartip.core.territory.hierarchy import TerritoryTree
from tartip.core.territory.locator import Locator
from tartip.core.territory.rows import REGIONS_GEOJSON, read_rows

SHARED = Path(__file__).parents[6] / "shared" / "data"


@pytest.fixture(scope="session")
def country() -> TerritoryTree:
    """The tree of the shipped file, without a database."""
    return TerritoryTree(read_rows())


@pytest.fixture(scope="session")
def shipped() -> Locator:
    """The locator over the shipped outlines: regions only."""
    _, features, _ = read_features(REGIONS_GEOJSON)
    return Locator((feature.said["kato"], 1, feature.outline) for feature in features)


@pytest.fixture
def reference(db: None) -> Iterator[None]:
    """The reference data in the database, and nothing kept from an earlier test."""
    from tartip.core.territory.load import load_reference

    cache.forget()
    load_reference()
    yield
    cache.forget()


@pytest.fixture(scope="session")
def districts_2024() -> Path:
    path = SHARED / "territory" / "kz_adm2_2024.geojson"
    if not path.exists():
        pytest.skip("no district outlines at hand (../shared/data/territory)")
    return path
