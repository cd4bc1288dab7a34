"""What statistics seals of calls."""

from __future__ import annotations

from tartip.core.figures.sources import Source
from tartip.operations.calls.models import Call

SOURCES = [Source("calls", Call)]
