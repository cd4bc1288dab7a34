"""Which control of a case's form an error is shown at: by the name in the form, and by the name the act gives it."""

from __future__ import annotations

from collections.abc import Mapping

AMOUNT = {"amount": "amount", "amount_tenge": "amount"}
CONTROLS: dict[str, dict[str, str]] = {
    "protocol": {"article": "article", "subject": "subject", "offence_at": "offence-at", "facts": "facts"},
    "hand_over": {"handed_on": "handed-on", "handed_over_at": "handed-on", "at": "handed-on"},
    "pay": {**AMOUNT, "paid_on": "paid-on", "paid_at": "paid-on", "reference": "reference"},
    "return_money": {"amount": "returned", "amount_tenge": "returned", "reference": "return-reference"},
    "execute": {"executed_on": "executed-on", "at": "executed-on"},
    "relieve": {"relief": "relief", "until": "until", "reason": "relief-reason"},
    "refuse_relief": {"reason": "refusal"},
    "close": {"closed_for": "closed-for", "reason": "reason"},
    "protest": {"text": "protest-text"},
}


def controls(name: str, form: Mapping[str, str]) -> Mapping[str, str]:
    """Of one act's form. The fields of a decision stand beside the option that was chosen."""
    if name != "decide":
        return CONTROLS.get(name, {})
    chosen = str(form.get("penalty", ""))
    terms = {field.replace(f"term.{chosen}.", "term_"): field for field in form if field.startswith(f"term.{chosen}.")}
    return {
        "penalty": "penalty",
        "terms": "penalty",
        **terms,
        "item": f"item.{chosen}",
        "earlier": f"earlier.{chosen.partition('.')[0]}",
        "another_person": "another-person",
        **{field: field for field in beside_others(form, chosen)},
    }


def beside_others(form: Mapping[str, str], chosen: str) -> list[str]:
    """What was typed beside an option of a decision that is not the chosen one; an earlier decision is a subject's."""
    own = (f"item.{chosen}", f"earlier.{chosen.partition('.')[0]}")
    return [
        field
        for field in form
        if field.startswith(("term.", "item.", "earlier.")) and form[field].strip()
        if field not in own and not field.startswith(f"term.{chosen}.")
    ]
