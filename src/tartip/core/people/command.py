"""`tartip account add | list | holder | reset | disable | token | tokens | revoke`."""

from __future__ import annotations

import argparse

from tartip.core.people import accounts
from tartip.core.people.holders import others_of


def command(options: argparse.Namespace) -> int:
    if options.action == "add":
        password = accounts.add(
            options.username,
            name=options.name,
            role=options.role,
            territory=options.territory,
            language=options.language,
            holder=options.holder,
        )
        _once(f"{options.username} may log in with this one-time password within 3 days:", password)
        _one_person(options.username)
    elif options.action == "list":
        _list(without_holder=options.without_holder)
    elif options.action == "holder":
        accounts.hold(accounts.find(options.username), options.number)
        print(f"{options.username} has a holder." if options.number else f"{options.username} stands for itself.")
        _one_person(options.username)
    elif options.action == "reset":
        password = accounts.reset(accounts.find(options.username))
        _once(f"{options.username} lost its second factors and sessions; the one-time password:", password)
    elif options.action == "disable":
        accounts.disable(accounts.find(options.username))
        print(f"{options.username} is closed.")
    elif options.action == "tokens":
        for one in accounts.tokens(accounts.find(options.username)):
            state = f"revoked {one.revoked_at:%Y-%m-%d %H:%M}" if one.revoked_at else "in force"
            print(f"{one.id}  {one.made_at:%Y-%m-%d %H:%M}  {one.role:13} {state:24} {one.name}")
    elif options.action == "revoke":
        accounts.revoke(accounts.find(options.username), options.token)
        print(f"{options.token} of {options.username} opens nothing any more.")
    else:
        secret = accounts.token(accounts.find(options.username), role=options.role, name=options.name)
        _once(f"Authorization: Bearer … for {options.username} as {options.role}:", secret)
    return 0


def _list(*, without_holder: bool) -> None:
    for row in accounts.listed():
        if without_holder and not row.lacks_holder:
            continue
        state = "open" if row.open else "closed"
        holder = row.holder or ("no personnel number" if row.lacks_holder else "—")
        if row.lacks_holder and row.holder:
            holder += " (enter it anew)"
        print(f"{row.username:20} {state:7} {holder:20} {', '.join(row.works) or 'no appointment in force'}")


def _one_person(username: str) -> None:
    """A wrong number shows at once by the accounts it joins."""
    if others := others_of(accounts.find(username)):
        print(f"One person wherever a rule asks for two: {username}, {', '.join(others)}.")


def _once(words: str, secret: str) -> None:
    print(words)
    print(f"  {secret}")
    print("It is shown this once.")
