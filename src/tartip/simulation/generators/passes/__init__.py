"""Plate passes of a made day with everything known about them: who drove, what was misread, whose plate was copied."""

from __future__ import annotations

from tartip.simulation.generators.passes.params import PassParams
from tartip.simulation.generators.passes.truth import Innocents, Truth, innocents
from tartip.simulation.generators.passes.world import PassWorld, make_passes

__all__ = ["Innocents", "PassParams", "PassWorld", "Truth", "innocents", "make_passes"]
