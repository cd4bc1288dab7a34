"""Beginning and ending one's own shift by a button: what is wanted is a state, so a second click changes nothing."""

from __future__ import annotations

from tartip.core.acts import in_one_transaction, lock
from tartip.core.people.actions import begin_shift, end_shift
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Appointment, Shift


@in_one_transaction
def switch_shift(appointment: Appointment, *, on: bool | None) -> None:
    """On shift under this appointment, or off; None leaves it alone. Two clicks at once take turns."""
    held = lock(appointment)
    running = Shift.objects.filter(appointment=held, state="on").first()
    if on and running is None:
        begin_shift(appointment_actor(held), appointment=held)
    elif on is False and running is not None:
        end_shift(appointment_actor(held), running)
