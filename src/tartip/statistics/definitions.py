"""By what a figure is counted: indicators and borders, entered in the journal before a figure rests on them."""

from __future__ import annotations

import uuid

from tartip.core.acts import Actor
from tartip.core.journal.models import Entry
from tartip.core.territory import tree
from tartip.engines.figures import Indicator, Territory
from tartip.statistics.actions import seal_definitions
from tartip.statistics.models import Definitions
from tartip.statistics.registry import all_declared


def place_of(code: str) -> Territory:
    """A territory with everything below it today; the republic is all records. Raises UnknownTerritory."""
    codes = tree.subtree(code)
    return Territory(code) if code == tree.ROOT else Territory.of(code, codes)


def seal_changed(actor: Actor) -> Definitions | None:
    """Enter the definitions of today, unless the journal holds them already."""
    indicators = {one.indicator.code: one.indicator.sha256 for one in all_declared()}
    territories = {code: place_of(code).sha256 for code in sorted(tree.subtree(tree.ROOT))}
    newest = Definitions.objects.order_by("-id").first()
    if newest is not None and (newest.indicators, newest.territories) == (indicators, territories):
        return None
    return seal_definitions(actor, indicators=indicators, territories=territories)


def entry_for(indicator: Indicator, place: Territory) -> uuid.UUID | None:
    """The newest act that sealed both as they are today; None where they changed since."""
    for known in Definitions.objects.order_by("-id")[:10]:
        fits = (known.indicators.get(indicator.code), known.territories.get(str(place.code)))
        if fits == (indicator.sha256, place.sha256):
            return Entry.objects.filter(subject=known.pk, version=1).values_list("id", flat=True).first()
    return None
