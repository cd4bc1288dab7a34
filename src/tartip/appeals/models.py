"""An appeal: a person attacks one entry of the journal, and the clocks of the law begin to run against us."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.cases.instances import PROSECUTOR
from tartip.cases.models import Case
from tartip.core.acts.actor import Actor
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.core.registers.sees import TERRITORY, Sees, relation

# An appeal that has not been decided yet.
OPEN = ("filed", "forwarded")


class Appeal(Record):
    """`attacked` is the journal entry appealed against; `result` says how it ended."""

    lock_order: ClassVar[int] = 60
    drawn: ClassVar[tuple[str, ...]] = ("receipt",)

    case = models.ForeignKey(Case, models.PROTECT, related_name="appeals")
    attacked = models.UUIDField()
    attacked_act = models.CharField(max_length=64)
    receipt = models.CharField(max_length=10, unique=True)
    text = models.TextField()
    filed_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    forwarded_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=16, blank=True)
    reasons = models.TextField(blank=True)
    # Null in rows from before instances were told apart: those went to the higher body.
    instance = models.CharField(max_length=16, null=True)
    term_restored_at = models.DateTimeField(null=True)
    term_reason = models.TextField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # From when the term to go to the court runs: the hand-over of the result, or the later one of the decision's copy.
    court_from = models.DateTimeField(null=True)
    # The role of who filed it: the person, or the prosecutor with a protest. Null in older rows: the person.
    filed_by = models.CharField(max_length=16, null=True)

    erases: ClassVar = ("text", "reasons", "term_reason")
    clashes: ClassVar = {"one_open_appeal_per_act": ("attacked", gettext_noop("an appeal against it is open already"))}
    # An appeal filed here is received at that moment; passed on, the higher body has it at once.
    moments: ClassVar = {
        "filed_at": ("filed_at", "received_at"),
        "forwarded_at": "received_at",
        "court_from": "handed_over_at",
    }

    @property
    def wording(self) -> str:
        """A protest of the prosecutor is called so wherever its acts are named."""
        return "protest" if self.filed_by == PROSECUTOR else ""

    class Lifecycle:
        start = "filed"
        moves: ClassVar = {
            "filed": ["forwarded", "withdrawn", "ended"],
            "forwarded": ["decided", "withdrawn", "ended"],
            "decided": ["handed_over"],
            "handed_over": [],
            "withdrawn": [],
            # The decision was cancelled on another appeal.
            "ended": [],
        }

    class Meta:
        indexes = [
            models.Index(fields=["-filed_at"], name="appeal_filed"),
            models.Index(fields=["state", "-filed_at"], name="appeal_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["attacked"],
                condition=models.Q(state__in=["filed", "forwarded"])
                & (models.Q(filed_by="citizen") | models.Q(filed_by=None)),
                name="one_open_appeal_per_act",
            )
        ]


@relation("not the one who decided the case")
def is_not_about_self(actor: Actor) -> models.Q:
    return ~models.Q(case__decided_by__in=actor.names)


register(
    Appeal,
    card="appeals:card",
    plural=_("Appeals"),
    columns=["filed_at", "territory", "result"],
    retention=years(10),
    # Those who pass on, review or supervise. A crew never sees what is said about it.
    may_see=[Sees("inspector supervisor prosecutor judge", where=TERRITORY & is_not_about_self)],
    proofs_to_anyone=True,
)
