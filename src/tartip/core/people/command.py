"""`tartip account add | reset | disable | token`."""

from __future__ import annotations

import argparse

from tartip.core.people import accounts


def command(options: argparse.Namespace) -> int:
    if options.action == "add":
        password = accounts.add(
            options.username,
            name=options.name,
            role=options.role,
            territory=options.territory,
            language=options.language,
        )
        _once(f"{options.username} may log in with this one-time password within 3 days:", password)
    elif options.action == "reset":
        password = accounts.reset(accounts.find(options.username))
        _once(f"{options.username} lost its second factors and sessions; the one-time password:", password)
    elif options.action == "disable":
        accounts.disable(accounts.find(options.username))
        print(f"{options.username} is closed.")
    else:
        secret = accounts.token(accounts.find(options.username), role=options.role, name=options.name)
        _once(f"Authorization: Bearer … for {options.username} as {options.role}:", secret)
    return 0


def _once(words: str, secret: str) -> None:
    print(words)
    print(f"  {secret}")
    print("It is shown this once.")
