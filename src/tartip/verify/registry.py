"""Which checker answers for which document format, and what a checker is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tartip.engines.merkle import VerifierKey
from tartip.errors import TartipError
from tartip.verify import texts
from tartip.verify.verdict import Step


@dataclass(frozen=True, slots=True)
class Context:
    """Beside the document itself: where it lies, and whom the caller trusts.

    `path` is None for a document that came as bytes; files it names lie beside it. `source` is what `zipfile` opens
    for a package: the path, or the bytes. `keys` are the caller's, never the document's.
    `journal` is the journal's extract, which shows whether anything was left out of a figure. A checker that reads it
    yields a step `extract`, and one that reads `stamp_chain` a step `stamp`: what was not read is said as missing.
    """

    path: Path | None
    source: Path | bytes
    keys: tuple[VerifierKey, ...] = ()
    stamp_chain: bytes | None = None
    journal: Path | None = None


Checker = Callable[[Mapping[str, Any], Context], Iterable[Step]]


class BadDocument(TartipError):
    """Raised by a checker for a document that is not of the shape its format demands; `why` names the field."""

    code = "verify.bad_document"
    text = "%(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class Unreadable(BadDocument):
    """There is no document in the file; `sentence` of `texts` says what is there instead."""

    def __init__(self, sentence: str, why: str = "", **fields: object) -> None:
        super().__init__(why)
        self.sentence, self.given = sentence, fields


# Every format this program knows, and its checker by name: nothing registers itself by being imported.
# The engines of months and figures build on this package, so they are named here and imported at first use.
FORMATS = {
    "tartip-receipt/1": "tartip.verify.receipt:check",
    "tartip-month/1": "tartip.verify.month:check",
    "tartip-month/2": "tartip.verify.month:check",
    "tartip-figure/1": "tartip.engines.figures.verify:check",
    "tartip-figure/2": "tartip.engines.figures.verify:check",
}
# Compares a month with the journal's extract.
COMPLETENESS = "tartip.engines.figures.complete:check_month"
_CHECKERS: dict[str, Checker] = {}


def register_format(name: str, checker: Checker, sentences: Mapping[str, Mapping[str, str]] | None = None) -> None:
    """Let `checker` answer for documents whose "format" is `name`; the last registration counts.

    The checker gets the JSON object (of a zip package: its manifest.json) and the context, and yields steps. It may
    raise BadDocument. `sentences` adds the kk and ru texts of the msgids it uses.
    """
    _CHECKERS[name] = checker
    texts.TEXTS.update(sentences or {})


def checker_of(name: str) -> Checker | None:
    """The checker of a format; None for an unknown one, or where this installation lacks its engine."""
    if name in _CHECKERS:
        return _CHECKERS[name]
    try:
        return load_function(FORMATS[name]) if name in FORMATS else None
    except ModuleNotFoundError:
        return None


def load_function(address: str) -> Any:
    """The function at `module:name`."""
    module, _, name = address.partition(":")
    return getattr(import_module(module), name)
