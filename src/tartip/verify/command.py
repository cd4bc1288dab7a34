"""`python -m tartip.verify FILE`: print every step of the verdict and one last line; exit 0, 1, 2 or 3."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tartip.engines.merkle import BadKey
from tartip.verify import texts
from tartip.verify.document import verify_file
from tartip.verify.texts import LANGUAGES
from tartip.verify.verdict import UNREADABLE, Outcome, Verdict

MARKS = {Outcome.OK: "[ ok ]", Outcome.WARNING: "[ !! ]", Outcome.UNPROVEN: "[ ?? ]", Outcome.FAILED: "[FAIL]"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments, for the stand-alone command and the `verify` word of the command line alike."""
    parser.add_argument(
        "file", metavar="FILE", help="receipt, figure or manifest (.json), checkpoint (.txt), court package (.zip)"
    )
    parser.add_argument(
        "--key", action="append", default=[], metavar="VKEY", help="published key of the log or a witness"
    )
    parser.add_argument(
        "--keys", metavar="FILE", default=os.environ.get("TARTIP_TRUSTED_KEYS") or None,
        help="file of keys you trust, one per line (default: the file named by TARTIP_TRUSTED_KEYS)",
    )  # fmt: skip
    parser.add_argument("--journal", metavar="ZIP", help="extract of the journal: is the figure complete?")
    parser.add_argument("--stamp-chain", metavar="PEM", help="certificates of the time-stamp authority you trust")
    parser.add_argument("--lang", choices=LANGUAGES, default=_language(), help="language of the sentences")
    parser.add_argument("--json", action="store_true", help="the verdict as one JSON object")


def run(options: argparse.Namespace) -> int:
    """Verify and print.

    0: verified; 1: refuted; 2: nothing to verify, or a wrong argument; 3: agrees with itself, but something is missing
    for a proof (the last line names it).
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        # An argument that was given is read, an empty one too: a script's variable that was never set is a mistake.
        chain = None if options.stamp_chain is None else Path(options.stamp_chain).read_bytes()
        trusted = [*options.key, *([] if options.keys is None else keys_of(Path(options.keys)))]
        journal = None if options.journal is None else _readable(Path(options.journal))
        verdict = verify_file(options.file, trusted, stamp_chain=chain, journal=journal)
    except BadKey as error:
        return _refused(texts.BAD_KEY, error, options.lang)
    except (OSError, UnicodeDecodeError) as error:
        name = getattr(error, "filename", None) or options.keys or options.stamp_chain or options.journal or ""
        return _refused(texts.NO_FILE, error, options.lang, name=name)
    if options.json:
        print(json.dumps(verdict.as_json(options.lang), ensure_ascii=False))
    else:
        print("\n".join(lines(verdict, options.lang)))
    return verdict.exit_code


def _refused(sentence: str, error: Exception, language: str, **fields: object) -> int:
    """A wrong argument: in the reader's language first, then what the program knows of it."""
    print(texts.translate(sentence, language) % fields, file=sys.stderr)
    print(f"       {getattr(error, 'strerror', None) or error}", file=sys.stderr)
    return 2


def _readable(path: Path) -> Path:
    with path.open("rb"):
        return path


def keys_of(path: Path) -> list[str]:
    """Keys of a file: one per line; empty lines and lines that begin with # are passed over."""
    found = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [line for line in found if line and not line.startswith("#")]


def lines(verdict: Verdict, language: str) -> list[str]:
    """The verdict as a page of text: what the document says, the steps, the conclusion."""
    page = [f"       {name}: {value}" for name, value in verdict.facts]
    for step in verdict.steps:
        # Where there was nothing to check nothing failed.
        mark = "[ -- ]" if verdict.exit_code == UNREADABLE else MARKS[step.outcome]
        page.append(f"{mark} {step.sentence(language)}")
        if step.detail:
            page.append(f"       {step.detail}")
    return [*page, verdict.conclude(language)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tartip verify", description="Verify a Tártip document from the file alone.")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def _language() -> str:
    system = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2]
    return system if system in LANGUAGES else "en"
