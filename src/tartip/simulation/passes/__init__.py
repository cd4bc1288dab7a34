"""Plate passes of a made day with everything known about them: who drove, what was misread, whose plate was copied."""

from __future__ import annotations

from tartip.simulation.passes.knobs import PassKnobs
from tartip.simulation.passes.truth import Innocents, Truth, innocents
from tartip.simulation.passes.world import PassWorld, make_passes

__all__ = ["Innocents", "PassKnobs", "PassWorld", "Truth", "innocents", "make_passes"]
