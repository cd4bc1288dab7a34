"""What an incident refuses, in words."""

from __future__ import annotations

from tartip.errors import TartipError


class BadPriority(TartipError):
    code = "priority.bad"
    text = "priority: must be from 1 to 4, not %(priority)s."
    http_status = 422


class NeedsTwo(TartipError):
    code = "incident.two_people"
    text = (
        "%(incident)s is or was priority 1. Called off, or without a visit that another person confirms, it takes two: "
        "one asks to stand down, another closes."
    )
    http_status = 409


class BadTarget(TartipError):
    code = "hand_over.bad"
    about = "to"
    text = "hand-over: %(rule)s."
    http_status = 409


class NotJoinable(TartipError):
    code = "incident.not_joinable"
    about = "into"
    text = "incident: %(rule)s."
    http_status = 409
