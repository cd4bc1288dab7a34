"""Messages leave by the worker, after the act that wrote them is committed."""

from __future__ import annotations

import uuid
from datetime import timedelta

from tartip.core.acts import listens, system
from tartip.core.journal.models import Entry
from tartip.core.people.identifiers import decrypt
from tartip.core.sms.actions import drop, mark_sent
from tartip.core.sms.models import Message
from tartip.core.sms.port import MAY_LEAVE, port
from tartip.core.time import now

# What was held up for so long tells nothing new, and may come at a wrong moment.
LATEST = timedelta(hours=1)


@listens("sms.queue")
def deliver(entry_id: uuid.UUID) -> None:
    """Hand the message to the port, once. A port that fails raises: the worker tries again, then the board shows it."""
    message = Message.objects.select_related("person").get(pk=str(Entry.objects.get(pk=entry_id).subject))
    if message.state != "queued":
        return
    actor = system("sms").saying(key=f"sms-{message.pk}", cause=entry_id)
    phone = decrypt(message.person.phone_sealed)
    allowed = MAY_LEAVE.get(message.kind)
    refused = allowed is not None and not allowed(message.about)
    if not phone or refused or now() - message.queued_at > LATEST:
        drop(actor, message)
        return
    port().send(phone, message.text, str(message.pk))
    mark_sent(actor, message)
