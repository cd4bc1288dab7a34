from __future__ import annotations

from umbrellas.models import Umbrella

from tartip.core.figures.sources import Source
from tartip.engines.months import Column

SOURCES = [Source("umbrellas", Umbrella, (Column("colour", "string", high=32),))]
