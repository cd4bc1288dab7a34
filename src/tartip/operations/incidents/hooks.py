"""What later apps know of an incident and add here; the incident is locked when they look."""

from __future__ import annotations

from collections.abc import Callable

from tartip.core.acts import Actor
from tartip.operations.incidents.models import Incident

# What later apps know of an incident and add here; the incident is locked when they look.
# Each raises its own error where the incident cannot be closed yet.
BEFORE_CLOSING: list[Callable[[Incident], None]] = []

# Whether somebody of ours was on the scene, for the one who wants to close.
ATTENDED: list[Callable[[Actor, Incident], bool]] = []

# Whether the actor's own crew is or was sent to it.
CREW_WAS_SENT: list[Callable[[Actor, Incident], bool]] = []

# What follows a change of the priority: the clocks of units on their way.
AFTER_PRIORITY: list[Callable[[Actor, Incident], None]] = []

# Whether a crew has come to it: the term to send one was met for good.
ATTENDED_BY_CREW: list[Callable[[Actor, Incident], bool]] = []

# Whether a crew had taken it on: somebody was coming, by the word of another than the actor.
TAKEN_ON: list[Callable[[Actor, Incident], bool]] = []

# What follows when another territory has taken an incident: its former units are freed.
AFTER_MOVE: list[Callable[[Actor, Incident], None]] = []
