"""The one act of statistics: a sealed file enters the journal."""

from __future__ import annotations

from tartip.core.acts import Actor, act, doing
from tartip.core.acts.rights import has_role, is_system
from tartip.core.territory import tree
from tartip.engines.merkle import canonical_json
from tartip.engines.months import Manifest
from tartip.statistics.models import SealedMonth


@act(
    "month.seal",
    names={"kk": "Айды мөрлеу", "ru": "Запечатать месяц", "en": "Seal a month"},
    ground="law-legal-statistics",
    creates=SealedMonth,
    may=is_system | has_role("analyst"),
)
def seal_file(actor: Actor, *, manifest: Manifest) -> SealedMonth:
    """Tell the journal the hash of a manifest; the file and the manifest lie in the folder already."""
    return SealedMonth(
        territory_id=tree.ROOT,
        counted=manifest.register,
        month=str(manifest.month),
        supplement=manifest.supplement,
        rows=manifest.rows,
        file=manifest.file,
        sha256=manifest.sha256,
        manifest=canonical_json(manifest.as_json()).decode(),
        entry=doing().id,
    )
