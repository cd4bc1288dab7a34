"""The acts of statistics: a sealed file, and the definitions of figures, enter the journal."""

from __future__ import annotations

from collections.abc import Mapping

from tartip.core.acts import Actor, act, doing
from tartip.core.acts.rights import has_role, is_system
from tartip.core.territory import tree
from tartip.engines.merkle import canonical_json
from tartip.engines.months import Manifest
from tartip.statistics.models import Definitions, SealedMonth


@act(
    "month.seal",
    names={"kk": "Айды мөрлеу", "ru": "Запечатать месяц", "en": "Seal a month"},
    done={"kk": "Ай мөрленді", "ru": "Месяц запечатан", "en": "A month was sealed"},
    ground="law-legal-statistics",
    creates=SealedMonth,
    may=is_system | has_role("analyst"),
    inner=True,
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


@act(
    "definitions.seal",
    names={
        "kk": "Көрсеткіштердің анықтамаларын мөрлеу",
        "ru": "Запечатать определения показателей",
        "en": "Seal the definitions of figures",
    },
    done={
        "kk": "Көрсеткіштердің анықтамалары мөрленді",
        "ru": "Определения показателей запечатаны",
        "en": "The definitions of figures were sealed",
    },
    ground="law-legal-statistics",
    creates=Definitions,
    may=is_system | has_role("analyst"),
    inner=True,
)
def seal_definitions(actor: Actor, *, indicators: Mapping[str, str], territories: Mapping[str, str]) -> Definitions:
    """Tell the journal by which definitions and within which borders figures are counted from now on."""
    return Definitions(territory_id=tree.ROOT, indicators=dict(indicators), territories=dict(territories))
