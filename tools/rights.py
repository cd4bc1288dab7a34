"""Write docs/rights.md anew: the tables of the declarations, and a walk of every role over every route.

    ./run python tools/rights.py

The walk needs a database with records, so it is a test; this runs it with the permission to write.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WALK = "tests/rights/test_routes.py::test_every_role_reaches_exactly_the_routes_that_the_table_says"


def main() -> int:
    environment = {**os.environ, "TARTIP_WRITE_RIGHTS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", WALK], cwd=ROOT, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
