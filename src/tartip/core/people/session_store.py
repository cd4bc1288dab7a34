"""Sessions in the database, each with the account it belongs to: Django's own store with one more column."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        return apps.get_model("people", "Session")

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        made: Any = super().create_model_instance(data)
        account = data.get(SESSION_KEY)
        made.account_id = uuid.UUID(account) if account else None
        return made
