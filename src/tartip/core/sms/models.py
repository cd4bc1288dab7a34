"""Text messages to a person's phone. The number stands with the person alone, and no text holds personal data."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.people.models import Person
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years


class Message(Record):
    """One message. `about` is the record it speaks of: each record gets one message of a kind."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    about = models.UUIDField()
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    text = models.CharField(max_length=300)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    erases: ClassVar = ("text",)
    clashes: ClassVar = {"sms_once": ("about", gettext_noop("a message of this kind was written about it already"))}

    class Lifecycle:
        start = "queued"
        moves: ClassVar = {"queued": ["sent", "dropped"]}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "about"], name="sms_once")]
        indexes = [models.Index(fields=["-queued_at"], name="sms_queued")]


# Nobody lists messages by right; the demo shows its catcher on a page of its own.
register(Message, plural=_("Text messages"), retention=years(3), may_see=[])
