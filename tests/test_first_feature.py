"""The code of docs/first-feature.md is the code of tests/umbrellas, which `test_new_app.py` runs."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```python file=(\w+\.py)\n(.*?)```", re.DOTALL)


def test_every_block_of_the_first_feature_is_the_file_it_names() -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "first-feature.md").read_text())
    assert [name for name, _ in blocks] == ["models.py", "actions.py", "sources.py", "indicators.py", "workplaces.py"]
    for name, code in blocks:
        assert code == (ROOT / "tests" / "umbrellas" / name).read_text(), name
