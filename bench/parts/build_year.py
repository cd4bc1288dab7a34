"""Generate and seal one year: `python -m bench.parts.build_year RECORDS FOLDER`; prints the records sealed."""

from __future__ import annotations

import sys

from tartip.engines.months import seal_months
from tartip.simulation.generators.year import YEAR, YearParams, months

if __name__ == "__main__":
    manifests = seal_months(months(YearParams(records=int(sys.argv[1]))), YEAR, sys.argv[2])
    print(sum(manifest.rows for manifest in manifests))
