"""Verify what Tártip hands out (receipts, figures, court packages) from the file alone: no server, no Django."""

from __future__ import annotations

from tartip.verify.document import verify_bytes, verify_file
from tartip.verify.registry import BadDocument, Checker, Context, register_format
from tartip.verify.verdict import Outcome, Step, Verdict, done, failed, unproven, warned

__all__ = [
    "BadDocument",
    "Checker",
    "Context",
    "Outcome",
    "Step",
    "Verdict",
    "done",
    "failed",
    "register_format",
    "unproven",
    "verify_bytes",
    "verify_file",
    "warned",
]
