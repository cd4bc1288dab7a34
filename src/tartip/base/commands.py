"""The command line. Each command imports what it needs when it runs, so that `--help` is instant."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from tartip.errors import TartipError

Handler = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.base.settings")
    options = parser().parse_args(arguments)
    try:
        result: int = options.run(options)
    except TartipError as error:
        print(f"tartip: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return result


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="tartip", description="Tártip: from the 102 call to a figure anyone can verify.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _demo(commands)
    _simple(commands, "migrate", "make or update the tables, the guard and the reference data", migrate)
    _simple(commands, "keeper", "seal the journal and look after clocks, until stopped", keeper)
    _simple(commands, "worker", "run background work, until stopped", worker)
    _simple(commands, "audit", "replay the journal against the records and report any difference", audit)
    _simple(commands, "key", "print the public key that receipts and checkpoints are verified with", key)
    _city(commands)
    _verify(commands)
    _replay(commands)
    _territory(commands)
    _figure(commands)
    _account(commands)
    django = _simple(commands, "django", "a command of Django: makemigrations, shell, …", django_command)
    django.add_argument("rest", nargs=argparse.REMAINDER)
    return top


def _simple(commands: Any, name: str, help_text: str, run: Handler) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    made.set_defaults(run=run)
    return made


def _demo(commands: Any) -> None:
    made = _simple(commands, "demo", "the whole system with a living city on this machine", demo)
    made.add_argument("--port", type=int, help="where the pages are (8000)")
    made.add_argument("--seed", type=int, default=1, help="the same seed gives the same day (1)")
    made.add_argument("--speed", type=float, default=1.0, help="how fast the city lives (1 = real time)")
    made.add_argument("--no-city", action="store_true", help="start without simulated calls")


def _city(commands: Any) -> None:
    made = _simple(commands, "city", "simulated callers and crews for a demo, until stopped", city)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--speed", type=float, default=1.0)


def _verify(commands: Any) -> None:
    made = _simple(commands, "verify", "check a receipt, a figure or a package from its files alone", verify)
    made.add_argument("rest", nargs=argparse.REMAINDER, metavar="FILE [--key KEY] [--lang kk|ru|en]")


def _replay(commands: Any) -> None:
    made = _simple(commands, "replay", "run a file of real calls through the same acts as live ones", replay)
    made.add_argument("file")
    made.add_argument("--map", help="mapping of the file's columns and codes (TOML); San Diego's by default")
    made.add_argument("--speed", type=float, default=0, help="times real time; 0 is as fast as it goes (default)")
    made.add_argument("--limit", type=int, help="only the first N rows")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--json", dest="report", help="write the table of clocks here (var/replay.json)")
    made.add_argument("--workers", type=int, default=2)


def _territory(commands: Any) -> None:
    group: argparse.ArgumentParser = commands.add_parser("territory", help="territories and their outlines")
    inner = group.add_subparsers(required=True, metavar="ACTION")
    made = _simple(inner, "import", "import district outlines from a GeoJSON file", territory_import)
    made.add_argument("file")
    made.add_argument("--source", default="", help="what the file is, for the page of sources")
    made.add_argument("--licence", default="")


def _figure(commands: Any) -> None:
    made = _simple(commands, "figure", "a published figure with its receipt", figure)
    made.add_argument("indicator", nargs="?", help="its code; without it the list")
    made.add_argument("--territory", default="KZ")
    made.add_argument("--period", help="YYYY-MM, YYYY-MM..YYYY-MM or YYYY")
    made.add_argument("--out", help="write the receipt here")
    made.add_argument("--seal", metavar="YYYY-MM", help="seal a month first")


def _account(commands: Any) -> None:
    group: argparse.ArgumentParser = commands.add_parser("account", help="log-ins of staff and keys of the API")
    inner = group.add_subparsers(required=True, metavar="ACTION", dest="action")
    made = _simple(inner, "add", "open an account; prints its one-time password", account)
    made.add_argument("username")
    made.add_argument("--name", required=True, help="as colleagues know the person")
    made.add_argument("--role", required=True, help="operator, dispatcher, supervisor, patrol, …")
    made.add_argument("--territory", required=True, help="KATO code, or KZ: the top of what the role covers")
    made.add_argument("--language", default="kk", choices=["kk", "ru", "en"])
    made = _simple(inner, "token", "issue an API key under an account's appointment; it is shown once", account)
    made.add_argument("username")
    made.add_argument("--role", required=True)
    made.add_argument("--name", required=True, help="which device or system will use it")
    _simple(inner, "reset", "a new one-time password; takes second factors and sessions away", account).add_argument(
        "username"
    )
    _simple(inner, "disable", "close an account at once", account).add_argument("username")


def _ready() -> None:
    import django

    django.setup()


def migrate(options: argparse.Namespace) -> int:
    _ready()
    from tartip.base.prepare import prepare

    prepare(lambda step: print("  ", step, flush=True))
    return 0


def demo(options: argparse.Namespace) -> int:
    from tartip.base.demo import run

    return run(options)


def keeper(options: argparse.Namespace) -> int:
    _ready()
    from tartip.base.keeper import keep

    keep()
    return 0


def worker(options: argparse.Namespace) -> int:
    _ready()
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--concurrency", "2")
    return 0


def audit(options: argparse.Namespace) -> int:
    _ready()
    from tartip.base.progress import bar
    from tartip.core.journal.audit import audit as run

    with bar("audit") as progress:
        result = run(progress)
    print(f"{result.sealed} of {result.entries} entries sealed, {result.erased} payloads erased")
    for name, count in sorted(result.records.items()):
        print(f"  {name}: {count}")
    for finding in result.findings:
        print("DIFFERENCE", finding)
    print("clean" if result.clean else f"{len(result.findings)} differences")
    return 0 if result.clean else 1


def key(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.journal.sealing import signing_key

    print(signing_key().verifier)
    return 0


def city(options: argparse.Namespace) -> int:
    _ready()
    from tartip.simulation.city import run_city

    run_city(options.seed, options.speed)
    return 0


def verify(options: argparse.Namespace) -> int:
    from tartip.verify.command import main as run

    return int(run(options.rest))


def replay(options: argparse.Namespace) -> int:
    _ready()
    from tartip.simulation.replay import command

    return int(command(options))


def territory_import(options: argparse.Namespace) -> int:
    _ready()
    from tartip.base.progress import bar
    from tartip.core.territory.importer import import_outlines

    with bar("outlines") as progress:
        report = import_outlines(options.file, progress=lambda done, total: progress("", done, total))
    print(report)
    return 0 if report.complete else 1


def figure(options: argparse.Namespace) -> int:
    _ready()
    from tartip.statistics.command import command

    return int(command(options))


def account(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.people.command import command

    return int(command(options))


def django_command(options: argparse.Namespace) -> int:
    _ready()
    from django.core.management import execute_from_command_line

    from tartip.base.owner import as_owner

    with as_owner():
        execute_from_command_line(["tartip django", *options.rest])
    return 0
