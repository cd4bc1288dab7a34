"""The command line. Each command imports what it needs when it runs, so that `--help` is instant."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import pathlib
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tartip.errors import TartipError

Handler = Callable[[argparse.Namespace], int]

WRONG = 2
STOPPED = 130


class NotPrepared(TartipError):
    code = "database.not_prepared"
    text = "The database has no tables of Tártip, or older ones. Run this once: ./run tartip migrate"
    http_status = 503


class NoDatabase(TartipError):
    code = "database.no_answer"
    text = "The database cannot be used: %(reason)s. Check TARTIP_DATABASE_URL, and that its server runs."
    http_status = 503
    again = True


class NotExpected(TartipError):
    code = "command.defect"
    text = "This ended in a way Tártip does not expect (%(kind)s). What happened is written in %(file)s."
    http_status = 500


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Whatever goes wrong is one sentence for the reader; a defect leaves its traceback in a file."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.server.settings")
    options = parser().parse_args(arguments)
    try:
        result: int = options.run(options)
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        # The reader of our output went away, like `head`. Nothing more can be said to it.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    except Exception as error:
        if os.environ.get("TARTIP_DEBUG", "0") not in ("", "0"):
            traceback.print_exc()
        print(f"tartip: {explained(error)}", file=sys.stderr)
        return WRONG
    return result


def explained(error: Exception) -> TartipError:
    """The error as a sentence that says what to do."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError

    if isinstance(error, TartipError):
        return error
    state = getattr(error.__cause__, "sqlstate", None)
    # No such database, table, column or role: what `migrate` makes.
    if isinstance(error, DatabaseError | InterfaceError) and state in ("42P01", "42703", "42704", "22023", "3F000"):
        return NotPrepared()
    if isinstance(error, DatabaseError | InterfaceError) and (state or "08").startswith(
        ("08", "28", "3D", "53", "57P")
    ):
        return NoDatabase(reason=_first_line(error))
    if isinstance(error, ImproperlyConfigured):
        return NotConfigured(reason=_first_line(error))
    if isinstance(error, OSError) and error.filename is not None:
        return BadFile(file=error.filename, reason=error.strerror or type(error).__name__)
    return NotExpected(kind=type(error).__name__, file=_written_down(error))


class NotConfigured(TartipError):
    code = "settings.wrong"
    text = "The settings do not fit together: %(reason)s."


class BadFile(TartipError):
    code = "file.unusable"
    text = "%(file)s cannot be used: %(reason)s."


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".")


def _written_down(error: Exception) -> str:
    """The traceback in a file of its own under TARTIP_VAR, readable by its owner only; or among temporary files."""
    text = "".join(traceback.format_exception(error))
    name = f"error-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    places = [pathlib.Path(tempfile.gettempdir())]
    with contextlib.suppress(Exception, SystemExit):
        from django.conf import settings

        places.insert(0, settings.VAR / "log")
    for folder in places:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            return str(path)
    return "no file (none could be written)"


def input_file(text: str) -> str:
    """An argument that names a file to read."""
    path = pathlib.Path(text)
    try:
        if path.is_dir():
            raise argparse.ArgumentTypeError(f"{text} is a folder, a file is needed")
        if not path.exists():
            raise argparse.ArgumentTypeError(f"there is no file {text}")
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be read: {_why(error)}") from error
    return text


def output_file(text: str) -> str:
    """An argument that names a file to write; its folder may be made later."""
    path = pathlib.Path(text)
    try:
        if path.is_dir():
            raise argparse.ArgumentTypeError(f"{text} is a folder, the name of a file is needed")
        above = next(folder for folder in path.absolute().parents if folder.exists())
        if not above.is_dir() or not os.access(above, os.W_OK):
            raise argparse.ArgumentTypeError(f"{text} cannot be written: {above} is no folder this user may write")
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: {_why(error)}") from error
    return text


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def number(least: int, most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 20:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
        if not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be from {least} to {most}, not {text}")
        return int(text)

    return whole


def factor(text: str) -> float:
    """How many times as fast: a number from 0 to a million."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None
    if not math.isfinite(value) or not 0 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"must be from 0 to 1000000, not {text}")
    return value


SEED = number(0, 2**63 - 1)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="tartip", description="Tártip: from the 102 call to a figure anyone can verify.")
    commands = _words_of(top, title="commands", metavar="COMMAND")
    _demo(commands)
    _simple(commands, "migrate", "make or update the tables, the guard and the reference data", migrate)
    _simple(commands, "keeper", "seal the journal and look after clocks, until stopped", keeper)
    _simple(commands, "worker", "run background work, until stopped", worker)
    _jobs(commands)
    _simple(commands, "audit", "replay the journal against the records and report any difference", audit)
    _simple(commands, "key", "print the public key that receipts and checkpoints are verified with", key)
    _city(commands)
    _verify(commands)
    _replay(commands)
    _territory(commands)
    _figure(commands)
    _extract(commands)
    _law(commands)
    _journal(commands)
    _account(commands)
    django = _simple(commands, "django", "a command of Django: makemigrations, shell, …", django_command)
    django.add_argument("rest", nargs=argparse.REMAINDER)
    return top


def _words_of(group: argparse.ArgumentParser, **options: Any) -> Any:
    """Where the words that may follow are added. Who says none of them is shown all of them."""

    def show(_options: argparse.Namespace) -> int:
        group.print_help(sys.stderr)
        return WRONG

    group.set_defaults(run=show)
    return group.add_subparsers(**options)


def _simple(commands: Any, name: str, help_text: str, run: Handler) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    made.set_defaults(run=run)
    return made


def _demo(commands: Any) -> None:
    made = _simple(commands, "demo", "the whole system with a living city on this machine", demo)
    made.add_argument("--port", type=number(1, 65535), help="where the pages are (8000)")
    made.add_argument("--seed", type=SEED, default=1, help="the same seed gives the same day (1)")
    made.add_argument("--speed", type=factor, default=1.0, help="how fast the city lives (1 = real time)")
    made.add_argument("--no-city", action="store_true", help="start without simulated calls")


def _jobs(commands: Any) -> None:
    made = _simple(commands, "jobs", "background jobs whose attempts are used up, each with its reason", jobs)
    made.set_defaults(again=None)
    inner = made.add_subparsers(metavar="ACTION")
    again = _simple(inner, "retry", "run a failed job again", jobs)
    again.add_argument("again", type=number(1, 2**63 - 1), metavar="ID")


def _city(commands: Any) -> None:
    made = _simple(commands, "city", "simulated callers and crews for a demo, until stopped", city)
    made.add_argument("--seed", type=SEED, default=1)
    made.add_argument("--speed", type=factor, default=1.0)


def _verify(commands: Any) -> None:
    made = _simple(commands, "verify", "check a receipt, a figure or a package from its files alone", verify)
    made.add_argument("rest", nargs=argparse.REMAINDER, metavar="FILE --key KEY [--lang kk|ru|en]")


def _replay(commands: Any) -> None:
    made = _simple(commands, "replay", "run a file of real calls through the same acts as live ones", replay)
    made.add_argument("file", type=input_file)
    made.add_argument(
        "--map", type=input_file, help="mapping of the file's columns and codes (TOML); San Diego's by default"
    )
    made.add_argument("--speed", type=factor, default=0, help="times real time; 0 is as fast as it goes (default)")
    made.add_argument("--limit", type=number(1, 2**31 - 1), help="only the first N rows")
    made.add_argument("--seed", type=SEED, default=1)
    made.add_argument(
        "--json", dest="report", type=output_file, help="write the table of clocks here (var/replay.json)"
    )
    made.add_argument("--workers", type=number(1, 64), default=2)


def _territory(commands: Any) -> None:
    group: argparse.ArgumentParser = commands.add_parser("territory", help="territories and their outlines")
    inner = _words_of(group, metavar="ACTION")
    made = _simple(inner, "import", "import district outlines from a GeoJSON file", territory_import)
    made.add_argument("file", type=input_file)
    made.add_argument("--source", default="", help="what the file is, for the page of sources")
    made.add_argument("--licence", default="")


def _figure(commands: Any) -> None:
    made = _simple(commands, "figure", "a published figure with its receipt", figure)
    made.add_argument("indicator", nargs="?", help="its code; without it the list")
    made.add_argument("--territory", default="KZ")
    made.add_argument("--period", help="YYYY-MM, YYYY-MM..YYYY-MM or YYYY")
    made.add_argument("--out", type=output_file, help="write the receipt here")
    made.add_argument("--seal", metavar="YYYY-MM|due", help="seal a month first, or whatever is due")


def _journal(commands: Any) -> None:
    group: argparse.ArgumentParser = commands.add_parser("journal", help="the sealed journal after a restore or a loss")
    inner = _words_of(group, metavar="ACTION")
    _simple(inner, "resume", "after a dump was restored into a new server: let sealing go on", journal_resume)
    _simple(inner, "new-key", "let the log go on under the key that is given now, where the old one is lost", new_key)


def _extract(commands: Any) -> None:
    made = _simple(
        commands, "extract", "the journal's headers, by which an auditor sees that figures are complete", extract
    )
    made.add_argument("register", help="register that statistics count: calls, incidents")
    made.add_argument("--out", required=True, metavar="FILE", help="the zip to write")


def _law(commands: Any) -> None:
    group: argparse.ArgumentParser = commands.add_parser("law", help="the tables of the law and the terms they give")
    inner = _words_of(group, metavar="ACTION")
    _simple(inner, "recount", "move the running terms whose working days a decree has changed", law_recount)


def _account(commands: Any) -> None:
    group: argparse.ArgumentParser = commands.add_parser("account", help="log-ins of staff and keys of the API")
    inner = _words_of(group, metavar="ACTION", dest="action")
    made = _simple(inner, "add", "open an account; prints its one-time password", account)
    made.add_argument("username")
    made.add_argument("--name", required=True, help="as colleagues know the person")
    made.add_argument("--role", required=True, help="operator, dispatcher, supervisor, patrol, …")
    made.add_argument("--territory", required=True, help="KATO code, or KZ: the top of what the role covers")
    made.add_argument("--language", default="", choices=["kk", "ru", "en"])
    made.add_argument(
        "--holder", default="", metavar="NUMBER", help="personnel number of the person; roles of persons need it"
    )
    made = _simple(inner, "list", "the accounts: state, roles and where, who holds it", account)
    made.add_argument("--without-holder", action="store_true", help="those alone that need a personnel number")
    made = _simple(inner, "holder", "enter or correct who holds an account", account)
    made.add_argument("username")
    made.add_argument("number", help="personnel number of the person; '' where nobody in particular holds it")
    made = _simple(inner, "token", "issue an API key under an account's appointment; it is shown once", account)
    made.add_argument("username")
    made.add_argument("--role", required=True)
    made.add_argument("--name", required=True, help="which device or system will use it")
    _simple(inner, "reset", "a new one-time password; takes second factors and sessions away", account).add_argument(
        "username"
    )
    _simple(inner, "disable", "close an account at once", account).add_argument("username")
    _simple(inner, "tokens", "the API keys of an account: id, issued, role, state, name", account).add_argument(
        "username"
    )
    made = _simple(inner, "revoke", "take an API key back at once", account)
    made.add_argument("username")
    made.add_argument("token", help="its id as `account tokens` shows it")


def _ready(*, database: bool = True) -> None:
    import django

    django.setup()
    if database:
        _prepared()


def _prepared() -> None:
    """The embedded database is made or brought up to date on the way; another one is its operator's to migrate."""
    from django.db import connection

    from tartip.server.prepare import is_prepared, prepare

    if is_prepared():
        return
    if not connection.settings_dict.get("EMBEDDED_DATA"):
        raise NotPrepared
    print("Preparing the database …", file=sys.stderr, flush=True)
    prepare()


def migrate(options: argparse.Namespace) -> int:
    _ready(database=False)
    from tartip.core.people import identifiers
    from tartip.server import budget
    from tartip.server.prepare import prepare

    prepare(lambda step: print("  ", step, flush=True))
    budget.check()
    identifiers.check_keys()
    return 0


def demo(options: argparse.Namespace) -> int:
    from tartip.server.demo import run

    return run(options)


def keeper(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.people import identifiers
    from tartip.server import budget, database_roles
    from tartip.server.keeper import keep

    database_roles.log_in_to_seal()
    budget.check()
    identifiers.check_keys()
    database_roles.check_login(seals=True)
    keep()
    return 0


def worker(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.people import identifiers
    from tartip.server import budget, database_roles
    from tartip.server.database.base import use_pool
    from tartip.server.jobs import work

    budget.check()
    identifiers.check_keys()
    database_roles.check_login()
    use_pool(budget.TASKS)
    work()
    return 0


def jobs(options: argparse.Namespace) -> int:
    _ready()
    from tartip.server import jobs as queue

    if options.again is not None:
        queue.run_again(options.again)
        print(f"Job {options.again} is in the queue again.")
        return 0
    found = queue.failed()
    for one in found:
        print(
            f"{one.id}  {one.what}  {one.entry}  {one.attempts} attempts, the last {one.at}: {one.error or 'unknown'}"
        )
    print(f"{len(found)} failed. Run one again with: tartip jobs retry ID" if found else "No job has failed.")
    return 1 if found else 0


def audit(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.journal.audit import audit as run
    from tartip.server.progress import bar

    with bar("audit") as progress:
        result = run(progress)
    print(f"{result.sealed} of {result.entries} entries sealed, {result.erased} payloads erased")
    for name, count in sorted({**result.records, "clocks": result.clocks}.items()):
        print(f"  {name}: {count}")
    for finding in result.findings:
        print("DIFFERENCE", finding)
    if result.differences > len(result.findings):
        print(f"and {result.differences - len(result.findings)} more")
    for note in result.notes:
        print("NOTE", note)
    if result.noted > len(result.notes):
        print(f"and {result.noted - len(result.notes)} more notes")
    if not result.keys_given:
        print("the keys come from this database; give TARTIP_JOURNAL_PUBLIC_KEY to audit with a key from elsewhere")
    print("clean" if result.clean else f"{result.differences} differences")
    return 0 if result.clean else 1


def key(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.journal.keys import verifier

    print(verifier())
    return 0


def city(options: argparse.Namespace) -> int:
    _ready()
    from tartip.simulation.city.run import run_city

    run_city(options.seed, options.speed)
    return 0


def verify(options: argparse.Namespace) -> int:
    from tartip.verify.command import main as run

    return int(run(options.rest))


def replay(options: argparse.Namespace) -> int:
    _ready()
    from tartip.server.database_roles import log_in_to_seal
    from tartip.simulation.replay.run import command

    log_in_to_seal()
    return int(command(options))


def territory_import(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.territory.importer import import_outlines
    from tartip.server.progress import bar

    with bar("outlines") as progress:
        report = import_outlines(options.file, progress=lambda done, total: progress("", done, total))
    print(report)
    return 0 if report.complete else 1


def figure(options: argparse.Namespace) -> int:
    _ready()
    from tartip.statistics.command import command

    return int(command(options))


def extract(options: argparse.Namespace) -> int:
    _ready()
    from tartip.statistics.command import extract as command

    return int(command(options))


def journal_resume(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.journal.resume import resume
    from tartip.server.database_roles import as_owner

    with as_owner():
        resumed = resume()
    if resumed is None:
        print("nothing holds sealing up")
    else:
        print(
            f"{resumed.sealed} entries are sealed; {resumed.waiting} wait and will be sealed by the background process"
        )
    return 0


def new_key(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.journal.keys import announce
    from tartip.core.journal.sealing import signing_key

    key = signing_key().verifier
    if announce(key):
        print(f"the log goes on under {key}: publish it beside the old one, which still proves what it signed")
    else:
        print(f"the log is signed with {key} already")
    return 0


def law_recount(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.clocks.recount import recount

    print(f"{recount()} terms moved")
    return 0


def account(options: argparse.Namespace) -> int:
    _ready()
    from tartip.core.people.command import command

    return int(command(options))


def django_command(options: argparse.Namespace) -> int:
    _ready(database=False)
    from django.core.management import execute_from_command_line

    from tartip.server.database_roles import as_owner

    with as_owner():
        execute_from_command_line(["tartip django", *options.rest])
    return 0
