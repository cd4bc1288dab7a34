"""The caller is told by a text message how to follow the report, once, and only where the message endangers nobody."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _, override

from tartip.core.acts import listens, system
from tartip.core.codes import pretty
from tartip.core.journal.models import Entry
from tartip.core.sms.actions import queue_sms
from tartip.core.sms.models import Message
from tartip.core.sms.port import MAY_LEAVE
from tartip.operations.callers.queries import may_ring
from tartip.operations.calls.models import Call
from tartip.operations.incidents.models import Incident, Joining

KIND = "call.receipt"
MAY_LEAVE[KIND] = lambda call_id: may_ring(Call.objects.get(pk=call_id))


@listens("incident.open")
def tell_the_first_caller(entry_id: uuid.UUID) -> None:
    incident = Incident.objects.select_related("first_call").get(pk=str(Entry.objects.get(pk=entry_id).subject))
    if incident.first_call is not None:
        tell(incident.first_call, entry_id)


@listens("call.join")
def tell_the_caller_who_joined(entry_id: uuid.UUID) -> None:
    tell(Joining.objects.select_related("call").get(pk=str(Entry.objects.get(pk=entry_id).subject)).call, entry_id)


def tell(call: Call, cause: uuid.UUID) -> None:
    """Write the message, unless there is no phone, no code, a message already, or a danger in it (`may_ring`)."""
    person = call.caller
    if not call.receipt or person is None or not person.phone_sealed or not may_ring(call):
        return
    if Message.objects.filter(kind=KIND, about=call.pk).exists():
        return
    spoken = language_of(call)
    queue_sms(
        system("callers").saying(key=f"receipt-{call.pk}", cause=cause),
        territory=call.territory_id,
        person=person,
        kind=KIND,
        about=call.pk,
        language=spoken,
        text=text(call, spoken),
    )


def language_of(call: Call) -> str:
    """The language the caller spoke; Kazakh where nobody said."""
    return call.language or "kk"


def text(call: Call, spoken: str) -> str:
    """A code and an address of the page; no word of what happened, where, or to whom."""
    assert call.receipt is not None
    link = f"{settings.PUBLIC_URL}{reverse('callers:receipt', args=[call.receipt])}"
    with override(spoken):
        said = _("102: your call was received. Follow it: %(link)s Code: %(code)s")
    return said % {"link": link, "code": pretty(call.receipt)}
