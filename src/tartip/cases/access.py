"""Who may see which case: staff in its territory; the person concerned by the code of the receipt."""

from __future__ import annotations

import uuid

from tartip.cases.models import HOLDER, Case
from tartip.core.acts import Actor, NotFound
from tartip.core.acts.access import access
from tartip.core.registers.sees import TERRITORY


def access_case(actor: Actor, case_id: uuid.UUID) -> Case:
    return access(actor, Case.objects.select_related("territory", "incident"), case_id)


def access_payable(actor: Actor, case_id: uuid.UUID) -> Case:
    """The case a payment is for. A bank's system that knows its id may enter the payment without reading cases."""
    if actor.role != "gateway":
        return access_case(actor, case_id)
    case = Case.objects.filter(TERRITORY.q(actor), pk=case_id, decided_at__isnull=False).first()
    if case is None:
        raise NotFound(register="case", id=case_id)
    return case


def access_by_receipt(code: str) -> Case:
    """The code is the key: 32^10 of them, drawn at random, never listed anywhere."""
    case = Case.objects.select_related("territory", "incident").filter(receipt=code.strip().upper()).first()
    if case is None:
        raise NotFound(register="case", id=code)
    return case


def holder_of(case: Case) -> Actor:
    """The person who holds the receipt, as an actor: may read this case and appeal, and nothing else."""
    return Actor(name=f"{HOLDER}{case.pk}", role="citizen", territory=case.territory_id)
