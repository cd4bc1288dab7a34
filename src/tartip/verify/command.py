"""`python -m tartip.verify FILE`: print every step of the verdict and one last line; exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tartip.engines.merkle import BadKey
from tartip.verify.document import verify_file
from tartip.verify.texts import LANGUAGES, translate
from tartip.verify.verdict import Outcome, Verdict

MARKS = {Outcome.OK: "[ ok ]", Outcome.WARNING: "[ !! ]", Outcome.SKIPPED: "[ -- ]", Outcome.FAILED: "[FAIL]"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments, for the stand-alone command and the `verify` word of the command line alike."""
    parser.add_argument(
        "file", metavar="FILE", help="receipt (.json), figure (.json), manifest or court package (.zip)"
    )
    parser.add_argument(
        "--key", action="append", default=[], metavar="VKEY", help="published key of the log or a witness"
    )
    parser.add_argument("--stamp-chain", metavar="PEM", help="certificates of the time-stamp authority you trust")
    parser.add_argument("--lang", choices=LANGUAGES, default=_language(), help="language of the sentences")
    parser.add_argument("--json", action="store_true", help="the verdict as one JSON object")


def run(options: argparse.Namespace) -> int:
    """Verify and print. 0: nothing failed; 1: a step failed; 2: nothing to verify, or a wrong argument."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        chain = Path(options.stamp_chain).read_bytes() if options.stamp_chain else None
        verdict = verify_file(options.file, options.key, stamp_chain=chain)
    except (OSError, BadKey) as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(verdict.as_json(options.lang), ensure_ascii=False))
    else:
        print("\n".join(lines(verdict, options.lang)))
    return verdict.exit_code


def lines(verdict: Verdict, language: str) -> list[str]:
    """The verdict as a page of text: what the document says, the steps, the conclusion."""
    page = [f"       {name}: {value}" for name, value in verdict.facts]
    for step in verdict.steps:
        page.append(f"{MARKS[step.outcome]} {step.sentence(language)}")
        if step.detail:
            page.append(f"       {step.detail}")
    return [*page, translate(verdict.conclusion, language)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tartip verify", description="Verify a Tártip document from the file alone.")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def _language() -> str:
    system = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2]
    return system if system in LANGUAGES else "en"
