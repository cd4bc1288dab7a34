from __future__ import annotations

from tartip.cases.tests.conftest import case, fined, fresh_tries

__all__ = ["case", "fined", "fresh_tries"]
