"""An administrative case: from the outcome of an incident to a paid, changed or cancelled decision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.cases.references import tidied
from tartip.core.acts.actor import Actor
from tartip.core.people.models import Person
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.core.registers.sees import NOTHING, TERRITORY, Sees, relation
from tartip.operations.incidents.models import Incident
from tartip.operations.relations import entered_by_self, sent_to_own_crew

HOLDER = "receipt:"


class Case(Record):
    """One case about one person. `receipt` is the code by which the person reads it without a log-in."""

    lock_order: ClassVar[int] = 50
    drawn: ClassVar[tuple[str, ...]] = ("receipt",)

    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="cases")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(max_length=10, unique=True)
    offence_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    article = models.CharField(max_length=32, blank=True)
    # What happened, in the officer's words, without names: the person is told by `person`.
    facts = models.TextField(blank=True)
    protocol_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    # The penalty as decided: its part of the article, its kind, and for a fine the arithmetic.
    penalty_key = models.CharField(max_length=32, blank=True)
    penalty_kind = models.CharField(max_length=16, blank=True)
    mci_tenths = models.PositiveIntegerField(null=True)
    base_rate = models.PositiveIntegerField(null=True)
    amount_tenge = models.PositiveIntegerField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    paid_tenge = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Everything below came later and is null in older rows: an old row must stay what its last act left.
    decided_by_role = models.CharField(max_length=16, null=True)
    penalty_subject = models.CharField(max_length=16, null=True)
    # The whole option as decided, integers only: [{"kind": "arrest", "amount": 10, "unit": "days"}, …].
    sanctions = models.JSONField(null=True)
    # When the body learned of the offence; `continuing` offences are limited from then.
    detected_at = models.DateTimeField(null=True)
    continuing = models.BooleanField(null=True)
    received_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    rest_executed_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    enforcement_at = models.DateTimeField(null=True)
    # A petition to postpone or split the payment: `petition_at` while it waits, the answer with its reasons after that.
    petition_at = models.DateTimeField(null=True)
    petition = models.TextField(null=True)
    petition_answer = models.TextField(null=True)
    relief = models.CharField(max_length=16, null=True)
    relief_at = models.DateTimeField(null=True)
    pay_until = models.DateField(null=True)
    discount_used = models.BooleanField(null=True)
    returned_tenge = models.PositiveIntegerField(null=True)
    state_before_appeal = models.CharField(max_length=32, null=True)
    # The last instance that decided an appeal in substance: higher_body, then court.
    heard_by = models.CharField(max_length=16, null=True)
    closed_for = models.CharField(max_length=16, null=True)
    # Whether the protocol said when the offence was; else `offence_at` is the moment it became known.
    offence_said = models.BooleanField(null=True)
    # From when the term to attack that began with the copy runs: its hand-over, or the later one of an appeal's result.
    complaint_from = models.DateTimeField(null=True)
    # What a heavier penalty for a repetition stands on: the earlier decision, by number, day and body.
    earlier_decision = models.TextField(null=True)

    erases: ClassVar = ("facts", "petition", "petition_answer", "earlier_decision")
    # The protocol is drawn and received by one body; with the copy the person is told of the right to pay less.
    moments: ClassVar = {
        "offence_at": "occurred_at",
        "protocol_at": ("drawn_at", "received_at"),
        "handed_over_at": ("handed_over_at", "explained_at"),
        "complaint_from": "handed_over_at",
        "relief_at": "decided_at",
        "petition_at": "filed_at",
    }

    class Lifecycle:
        start = "opened"
        moves: ClassVar = {
            "opened": ["protocol", "closed"],
            "protocol": ["in_court", "decided", "closed"],
            "in_court": ["decided", "closed"],
            "decided": ["handed_over", "under_appeal"],
            "handed_over": ["in_force", "paid", "executed", "under_appeal"],
            "in_force": ["paid", "executed", "enforcement", "expired", "under_appeal"],
            "enforcement": ["paid", "expired", "under_appeal"],
            # The limitation of execution is over; what was decided stands, and can be attacked.
            # What was paid or carried out before that may be entered later.
            "expired": ["paid", "executed", "under_appeal"],
            # Paid after the limitation of execution, which became known later: the case goes on, and expires.
            "paid": ["in_force", "under_appeal"],
            "executed": ["under_appeal"],
            # Restoring leads back to exactly the state the appeal found.
            "under_appeal": [
                "decided",
                "handed_over",
                "in_force",
                "enforcement",
                "paid",
                "executed",
                "expired",
                "cancelled",
            ],
        }

    class Meta:
        indexes = [
            models.Index(fields=["-opened_at"], name="case_opened"),
            models.Index(fields=["state", "-opened_at"], name="case_state"),
            # Who decided sees that it is appealed, without a look at everybody's decisions.
            models.Index(fields=["decided_by"], condition=~models.Q(decided_by=""), name="case_decider"),
        ]


@relation("a protocol is drawn")
def at_court(actor: Actor) -> models.Q:
    return models.Q(protocol_at__isnull=False)


@relation("holds its receipt")
def holds_receipt(actor: Actor) -> models.Q:
    """The holder of a receipt is an actor named after the case, see `cases.access.holder_of`."""
    return models.Q(pk=actor.name.removeprefix(HOLDER)) if actor.name.startswith(HOLDER) else NOTHING


register(
    Case,
    card="cases:card",
    plural=_("Administrative cases"),
    columns=["opened_at", "territory", "article"],
    retention=years(10),
    may_see=[
        Sees("inspector supervisor prosecutor", where=TERRITORY),
        Sees("judge", where=TERRITORY & at_court),
        Sees("patrol", where=TERRITORY & sent_to_own_crew("incident__assignments__")),
        Sees("patrol", where=TERRITORY & entered_by_self("case.protocol")),
        Sees("gateway", where=TERRITORY & entered_by_self("case.pay")),
        Sees("citizen", where=holds_receipt),
    ],
    proofs_to_anyone=True,
)


class Payment(Record):
    """Money that came in for a fine, or went back. One reference of the bank is one payment, however often posted and
    however it is spelled."""

    class Kind(models.TextChoices):
        PAYMENT = "payment"
        RETURN = "return"

    case = models.ForeignKey(Case, models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount_tenge = models.PositiveIntegerField()
    # The day the person paid counts for every term, not the day the money was posted.
    paid_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    reference = models.CharField(max_length=64)

    clashes: ClassVar = {"one_payment_per_reference": ("reference", gettext_noop("is posted already"))}

    class Lifecycle:
        start = "posted"
        moves: ClassVar[dict[str, list[str]]] = {"posted": []}

    class Meta:
        constraints = [models.UniqueConstraint("kind", tidied(), name="one_payment_per_reference")]


@relation("holds the receipt of its case")
def holds_receipt_of_case(actor: Actor) -> models.Q:
    return models.Q(case=actor.name.removeprefix(HOLDER)) if actor.name.startswith(HOLDER) else NOTHING


register(
    Payment,
    plural=_("Payments"),
    columns=["paid_at", "territory", "amount_tenge"],
    retention=years(10),
    may_see=[
        Sees("inspector supervisor prosecutor judge", where=TERRITORY),
        Sees("gateway", where=TERRITORY & entered_by_self("payment.record")),
        Sees("citizen", where=holds_receipt_of_case),
    ],
)
