"""`tartip figure`: seal a month, list the indicators, or publish one figure with its receipt beside its files."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from tartip.core.journal.keys import newest
from tartip.engines.months import Month
from tartip.statistics import queries
from tartip.statistics.extract import write_extract
from tartip.statistics.registry import all_declared
from tartip.statistics.sealing import catch_up, folder, seal_month


def command(options: argparse.Namespace) -> int:
    """Exit code 0; a wrong word is an error of the house, which the command line prints."""
    say = sys.stdout.write
    if options.seal:
        if options.seal == "due":
            closed = catch_up()
            for failure in closed.failed:
                say(f"{failure.register} {failure.month or ''}: {failure.error}\n")
            sealed = closed.sealed
        else:
            sealed = seal_month(Month.parse(options.seal))
        for one in sealed:
            say(f"sealed {one.file}: {one.rows} rows, manifest {one.sha256}\n")
        if not sealed:
            say(f"{options.seal}: nothing new to seal\n")
    if options.seal == "due" and closed.failed:
        return 1
    if not options.indicator:
        if not options.seal:
            for known in all_declared():
                say(f"{known.indicator.code:24} {known.indicator.names['en']}\n")
        return 0
    period = queries.period_of(options.period) if options.period else queries.newest_period()
    if period is None:
        raise queries.NothingSealed(period="any month")
    found = queries.figure(options.indicator, options.territory, period)
    say(f"{options.indicator} · {options.territory} · {queries.written(period)}: {found.value}\n")
    if found.as_of is not None:
        say(f"as of index {found.as_of} of the journal\n")
    if options.out:
        write_out(found, Path(options.out))
        say(f"receipt and {len(found.files)} files in {Path(options.out).parent}\n")
        say(f'check: tartip verify {options.out} --key "{newest()}"\n')
        say("An outsider takes the key from where it is published, not from here.\n")
    return 0


def extract(options: argparse.Namespace) -> int:
    """Write the journal's extract for an auditor."""
    size = write_extract(options.register, Path(options.out))
    sys.stdout.write(f"{options.out}: {size} entries of the journal, for the register {options.register}\n")
    sys.stdout.write(f"check: tartip verify figure.json --journal {options.out} --key KEY\n")
    return 0


def write_out(found: queries.Published, path: Path) -> None:
    """The receipt, and beside it the sealed files it names: everything a verifier needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(found.receipt)
    for name in found.files:
        if (path.parent / name).resolve() != (folder() / name).resolve():
            shutil.copyfile(folder() / name, path.parent / name)
