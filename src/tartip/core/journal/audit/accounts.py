"""Accounts and keys of the API against the entries about them: they are no records, but who may act hangs on them.

Not covered, because no entry tells it: see the README of the journal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from tartip.core.journal.audit.result import PAGE, Audit, Progress, told
from tartip.core.people import commitment

ACCOUNTS = """
SELECT c.id, c.is_active, c.demo, c.is_superuser
  OR EXISTS (SELECT 1 FROM people_account_groups g WHERE g.account_id = c.id)
  OR EXISTS (SELECT 1 FROM people_account_user_permissions p WHERE p.account_id = c.id)
FROM people_account c WHERE c.id > %s ORDER BY c.id LIMIT %s
"""
TOKENS = """
SELECT a.account_id, encode(substring(t.digest FROM 1 FOR 6), 'hex'), t.name, a.role, a.id::text,
  t.revoked_at IS NOT NULL
FROM people_token t JOIN people_appointment a ON a.id = t.appointment_id WHERE a.account_id = ANY(%s)
"""
TOLD = """
SELECT e.subject, e.act, p.body FROM journal_entry e LEFT JOIN journal_payload p ON p.entry_id = e.id
WHERE e.subject = ANY(%s) AND e.register = 'account'
  AND e.act LIKE 'account.%%'
ORDER BY e.id
"""
GONE = """
SELECT DISTINCT e.subject FROM journal_entry e
WHERE e.register = 'account' AND e.subject IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM people_account c WHERE c.id = e.subject)
"""

# Whether the act leaves the account open; the newest one counts.
OPENS = {"account.add": True, "account.enter": False, "account.disable": False, "account.reopen": True}


def check(result: Audit, progress: Progress) -> None:
    after, done = UUID(int=0), 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_account")
        (total,) = cursor.fetchone()
    while page := _rows(ACCOUNTS, (after, PAGE)):
        said: dict[UUID, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        stands: dict[UUID, dict[str, str]] = {}
        left_open: dict[UUID, bool] = {}
        for account, act, body in _rows(TOLD, ([row[0] for row in page],)):
            payload = told(body)
            said[account][act].append(payload)
            if act in OPENS:
                left_open[account] = OPENS[act]
            if "stands" in payload:
                stands[account] = payload["stands"]
        present = commitment.read([row[0] for row in page])
        tokens = defaultdict(list)
        for account, *token in _rows(TOKENS, ([row[0] for row in page],)):
            tokens[account].append(token)
        for account, active, demo, rights in page:
            acts, where = said[account], f"account {account}"
            if not demo and not (acts["account.add"] or acts["account.enter"]):
                result.add(f"{where}: no act opened it")
            if active != left_open.get(account, True):
                result.add(f"{where}: is {'open' if active else 'closed'}, and no act left it so")
            if demo and acts["account.add"]:
                result.add(f"{where}: needs no second factor, though account.add opened it")
            if rights:
                result.add(f"{where}: holds rights beside its appointments, which no act gives")
            with result.judging(where):
                for finding in (*_of_tokens(tokens[account], acts), *_of_log_in(present[account], stands.get(account))):
                    result.add(f"{where}: {finding}")
        after, done = page[-1][0], done + len(page)
        progress("accounts", done, total)
    for (account,) in _rows(GONE, ()):
        result.add(f"account {account}: gone, though entries are about it")


def _of_log_in(present: dict[str, str], stands: dict[str, str] | None) -> Iterator[str]:
    """What differs from the hashes in the newest entry; entries of earlier versions hold none."""
    if stands is None:
        return
    hashes = commitment.hashed(bytes.fromhex(stands["salt"]), present)
    if "holder" not in stands and present["holder"]:  # an entry from before there were holders left none
        yield "holder is not what its last act left"
    for name in sorted(name for name in hashes.keys() & stands.keys() if hashes[name] != stands[name]):
        yield f"{name} is not what its last act left"


def _of_tokens(tokens: list[list[Any]], acts: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    issued, revoked = acts["account.token"], {str(one.get("key", "")) for one in acts["account.revoke"]} - {""}
    keys = {one["key"]: one for one in issued if "key" in one}
    # Entries of earlier versions name the key by its name and role alone.
    unnamed = [(one.get("name"), one.get("role")) for one in issued if "key" not in one]
    for key, name, role, appointment, is_revoked in tokens:
        if key in keys:
            present = {"name": name, "role": role, "appointment": appointment}
            for field in (field for field, value in present.items() if keys[key].get(field, value) != value):
                yield f"its key {key} has another {field} than the act that issued it says"
        else:
            if (name, role) in unnamed:
                unnamed.remove((name, role))
            else:
                yield f"no act issued its key {key}"
        if is_revoked != (key in revoked):
            yield f"its key {key} is {'revoked' if is_revoked else 'in force'}, and no act left it so"
    for key in sorted((keys.keys() | revoked) - {token[0] for token in tokens}):
        yield f"its key {key} is gone, though an act names it"


def _rows(query: str, values: Iterable[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())
