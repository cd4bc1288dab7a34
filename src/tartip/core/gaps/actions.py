"""A gap is found and closed by the system; a lawyer may say that no row is needed."""

from __future__ import annotations

from datetime import date

from tartip.core.acts import Actor, act, doing
from tartip.core.acts.rights import has_role, in_territory, is_system
from tartip.core.gaps.models import Gap
from tartip.core.territory import tree
from tartip.errors import TartipError

SHORTEST_REASON, LONGEST_REASON = 10, 1000


class NoReason(TartipError):
    code = "gap.no_reason"
    text = "reason: say in %(least)s to %(most)s characters why no row is needed."
    http_status = 422


@act(
    "law.gap_found",
    names={"kk": "Заң кестесінде жол жоқ", "ru": "В таблице закона нет строки", "en": "A row of the law is missing"},
    done={
        "kk": "Заң кестесінде жол жоқ екені анықталды",
        "ru": "Обнаружено, что в таблице закона нет строки",
        "en": "A row of the law was found missing",
    },
    ground="house-rule",
    creates=Gap,
    may=is_system,
)
def find_gap(actor: Actor, *, table: str, key: str, missing_from: date) -> Gap:
    return Gap(territory_id=tree.ROOT, table=table, key=key, missing_from=missing_from, found_at=doing().at)


@act(
    "law.gap_entered",
    names={"kk": "Жол енгізілді", "ru": "Строка внесена", "en": "The row was entered"},
    ground="house-rule",
    of=Gap,
    may=is_system,
    moves={"open": "entered"},
)
def close_gap(actor: Actor, gap: Gap) -> Gap:
    """The tables answer again."""
    gap.settled_at = doing().at
    return gap


@act(
    "law.gap_dismiss",
    names={"kk": "Жол қажет емес", "ru": "Строка не нужна", "en": "No row is needed"},
    done={
        "kk": "Жол қажет емес деп танылды",
        "ru": "Строка признана ненужной",
        "en": "The row was found not to be needed",
    },
    ground="house-rule",
    of=Gap,
    may=in_territory & has_role("administrator", "analyst"),
    moves={"open": "dismissed"},
    grave=True,
)
def dismiss_gap(actor: Actor, gap: Gap, *, reason: str) -> Gap:
    """The norm ended and nothing took its place: with the reason, which the journal keeps."""
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NoReason(least=SHORTEST_REASON, most=LONGEST_REASON)
    doing().note(reason=reason)
    gap.settled_at = doing().at
    return gap
