from __future__ import annotations

from tartip.cases.tests.conftest import case, fined, fresh_tries, person

__all__ = ["case", "fined", "fresh_tries", "person"]
