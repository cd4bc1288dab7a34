"""The numbers in docs/law.md are those of the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tartip.core.law.__main__ import counts_table

PAGE = Path(__file__).parents[5] / "docs" / "law.md"


@pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not beside the package")
def test_the_counts_in_the_documentation_are_fresh():
    """Write `python -m tartip.core.law --counts` between the two marks."""
    found = re.search(r"<!-- counts: .*? -->\n(.*?)<!-- /counts -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == counts_table()
