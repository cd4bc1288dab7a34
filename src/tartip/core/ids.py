"""Identifiers: UUIDv7, so that they sort by time and two nodes never clash. No sequence is ever published."""

from __future__ import annotations

import uuid

from uuid_utils import compat


def new_id() -> uuid.UUID:
    return compat.uuid7()
