"""What an auditor runs: `python -m bench.parts.audit RECEIPT FOLDER`, alone in its process."""

from __future__ import annotations

import sys
from pathlib import Path

from tartip.engines.figures.verify import verify_figure


def main() -> int:
    steps = verify_figure(Path(sys.argv[1]).read_bytes(), sys.argv[2])
    return any(step.outcome == "failed" for step in steps) or not any(step.code == "definition" for step in steps)


if __name__ == "__main__":
    sys.exit(main())
