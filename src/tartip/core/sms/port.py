"""The way out for text messages: one port. Without another it is the local catcher, which sends nothing anywhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsPort(Protocol):
    def send(self, phone: str, text: str, key: str) -> None:
        """Hand one message to the operator. `key` is the same when it is tried again. Raises where it was not taken."""
        ...


class LocalCatcher:
    """Sends nothing: the record itself is the outbox. For the demo, for tests, and until a port is set."""

    def send(self, phone: str, text: str, key: str) -> None:
        return


# Asked again at the moment a message leaves: kind of message → whether it may still go to the phone (by its `about`).
# A call that was rated as dangerous meanwhile must not ring.
MAY_LEAVE: dict[str, Callable[[uuid.UUID], bool]] = {}


@cache
def port() -> SmsPort:
    """The port that TARTIP_SMS_PORT names as `package.module:Class`."""
    made: SmsPort = import_string(settings.SMS_PORT.replace(":", "."))()
    return made
