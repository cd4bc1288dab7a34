"""What statistics seals of incidents."""

from __future__ import annotations

from tartip.core.figures.sources import Source
from tartip.engines.months import Column
from tartip.operations.incidents.models import Incident

SOURCES = [Source("incidents", Incident, (Column("state", "string", low=1, high=16),))]
