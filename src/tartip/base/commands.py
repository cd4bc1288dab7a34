"""The command line. Each command imports what it needs when it runs, so that `--help` is instant."""

from __future__ import annotations

import os
import sys

import django


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.base.settings")
    django.setup()
    from django.core.management import execute_from_command_line

    from tartip.base.owner import as_owner

    with as_owner():
        execute_from_command_line(["tartip", *arguments])
    return 0
