"""One whole option of a penalty: chosen out of the law's table, with its amounts and durations as integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tartip.core import law
from tartip.core.law.sanctions import Kind, Option, Sanction
from tartip.errors import TartipError

# The kind that names a compound penalty in lists: the gravest of its parts.
GRAVEST = ("arrest", "deprivation", "community_work", "fine", "confiscation", "warning")
# What somebody has to carry out after the decision is in force; a fine is paid, a warning needs nothing.
CARRIED_OUT = frozenset({"arrest", "deprivation", "community_work", "confiscation"})
LONGEST_ITEM = 500


class NoPenalty(TartipError):
    code = "case.no_penalty"
    text = "penalty: %(article)s allows %(allowed)s, not “%(kind)s”."
    http_status = 422


class BadTerm(TartipError):
    code = "case.bad_term"
    text = "%(field)s: %(rule)s."
    http_status = 422


class BadReduction(TartipError):
    """An appeal or a protest makes a penalty less, within what the law's row allows.

    It takes it away by cancelling the decision.
    """

    code = "case.bad_reduction"
    text = "%(field)s: %(rule)s."
    http_status = 422


def choose(penalty: law.Penalty, *, kind: str = "", option: int | None = None) -> Option:
    """The option meant: by its number, or by the one kind it consists of. What belongs together stays together.

    Raises NoPenalty where the part has none such, BadTerm where the kind is of another option than the number.
    """
    if option is not None:
        if not 1 <= option <= len(penalty.options):
            raise NoPenalty(article=penalty.key, allowed=described(penalty), kind=option)
        chosen = penalty.options[option - 1]
        if kind and kind not in {sanction.kind.value for sanction in chosen}:
            raise BadTerm(field="kind", rule="belongs to another penalty than the chosen option")
        return chosen
    for found in penalty.options:
        if [sanction.kind.value for sanction in found] == [kind]:
            return found
    raise NoPenalty(article=penalty.key, allowed=described(penalty), kind=kind)


def described(penalty: law.Penalty) -> str:
    """Codes of the options, the parts of one joined by a plus: fine, arrest + deprivation."""
    return ", ".join(" + ".join(sanction.kind.value for sanction in option) for option in penalty.options)


def imposed(option: Option, fine: law.Fine | None, *, terms: Mapping[str, int], item: str) -> list[dict[str, Any]]:
    """The option as the case stores it. Raises BadTerm where a duration is missing or outside of the law's bounds, or
    belongs to nothing in the option.
    """
    if not set(terms) <= {sanction.kind.value for sanction in option if has_term(sanction)}:
        raise BadTerm(field="terms", rule="only what the chosen penalty consists of has a length")
    if item.strip() and all(sanction.kind is not Kind.CONFISCATION for sanction in option):
        raise BadTerm(field="item", rule="the chosen penalty confiscates nothing")
    return [_imposed(sanction, fine, terms, item.strip()) for sanction in option]


def _imposed(sanction: Sanction, fine: law.Fine | None, terms: Mapping[str, int], item: str) -> dict[str, Any]:
    kind = sanction.kind
    if kind is Kind.FINE:
        assert fine is not None
        return {"kind": "fine", "mci_tenths": fine.mci_tenths, "rate": fine.rate_used.tenge, "tenge": fine.tenge}
    if kind is Kind.CONFISCATION:
        if not item:
            raise BadTerm(field="item", rule="say what is confiscated")
        if len(item) > LONGEST_ITEM:
            raise BadTerm(field="item", rule="must not be longer than %(most)s characters", most=LONGEST_ITEM)
        return {"kind": "confiscation", "item": item}
    if sanction.high is None:
        return {"kind": kind.value}
    low, high = bounds(sanction)
    amount = terms.get(kind.value, high if low == high else None)
    if amount is None or not low <= amount <= high:
        raise BadTerm(
            field=f"term_{kind.value}",
            rule="must be a whole number between %(low)s and %(high)s",
            low=low,
            high=high,
        )
    return {"kind": kind.value, "amount": amount, "unit": sanction.unit}


def has_term(sanction: Sanction) -> bool:
    """Whether somebody names its length: a fine and a confiscation have none."""
    return sanction.high is not None and sanction.kind not in (Kind.FINE, Kind.CONFISCATION)


def bounds(sanction: Sanction) -> tuple[int, int]:
    """The shortest and the longest term; where the law names only the longest, the shortest is one."""
    high = sanction.high or 0
    return (sanction.low if sanction.low is not None else min(1, high), high)


def gravest(sanctions: list[dict[str, Any]]) -> str:
    return min((str(row["kind"]) for row in sanctions), key=GRAVEST.index)


def lessened(
    sanctions: list[dict[str, Any]], least: Mapping[str, int], *, tenge: int | None, terms: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The sanctions with a smaller fine or shorter terms. Raises BadReduction where nothing becomes less, something
    becomes more or less than the law allows (`least`, by kind), or is named that the penalty does not consist of.
    """
    wanted = dict(terms) if tenge is None else {**terms, "fine": tenge}
    imposed = {row["kind"]: row.get(_measure(row)) for row in sanctions}
    for kind, amount in wanted.items():
        now = imposed.get(kind)
        if now is None:
            raise BadReduction(field=_field(kind), rule="the decision has nothing of this kind to lessen")
        _check_less(kind, amount, least.get(kind, 1), now, only=len(wanted) == 1)
    if all(amount == imposed[kind] for kind, amount in wanted.items()):
        raise BadReduction(field=_field(next(iter(wanted))), rule="nothing becomes less")
    return [{**row, _measure(row): wanted[row["kind"]]} if row["kind"] in wanted else row for row in sanctions]


def _check_less(kind: str, wanted: int, least: int, imposed: int, *, only: bool) -> None:
    """What is named as it stands is no reduction; beside another that becomes less it may stay."""
    if wanted == imposed and not only:
        return
    if least >= imposed:
        raise BadReduction(
            field=_field(kind),
            rule="the law allows no less than %(low)s here; the decision can be cancelled",
            low=least,
        )
    if not least <= wanted < imposed:
        raise BadReduction(
            field=_field(kind),
            rule="a lesser one is a whole number between %(low)s and %(high)s; the decision can be cancelled",
            low=least,
            high=imposed - 1,
        )


def _measure(row: Mapping[str, Any]) -> str:
    return "tenge" if row["kind"] == "fine" else "amount"


def _field(kind: str) -> str:
    return "amount_tenge" if kind == "fine" else f"term_{kind}"
