"""Checkpoints of C2SP tlog-checkpoint: the log says, signed, how long it is and what its root is."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tartip.engines.errors import expect
from tartip.engines.merkle.errors import BadNote, InvalidProof, NotTrusted
from tartip.engines.merkle.hashing import EMPTY_ROOT, is_count, is_hash
from tartip.engines.merkle.keys import Kind, SigningKey, VerifierKey, decode_base64
from tartip.engines.merkle.note import Note, Signed, format_note, open_note, parse_note, sign_note
from tartip.engines.merkle.proof import verify_consistency

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile("[\x00-\x1f\ud800-\udfff]")  # control characters, and halves of surrogate pairs


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: the log's name, the number of leaves, the root hash (32 bytes), and extra lines if any."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions) if isinstance(self.extensions, tuple) else ()
        if not lines or not all(isinstance(line, str) and line for line in lines) or _CONTROL.search("".join(lines)):
            raise BadNote("origin and extension lines must hold text without control characters")
        if not is_count(self.size, 10**19) or not is_hash(self.root):
            raise BadNote("a checkpoint needs a size below 10^19 and a root of 32 bytes")

    @property
    def text(self) -> str:
        """The note text: origin, size, base64 root, extensions; every line ends with a newline."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note text strictly. Raises BadNote."""
        lines = text.split("\n") if isinstance(text, str) else []
        if len(lines) < 4 or lines.pop():
            raise BadNote("a checkpoint has at least three lines, each ending in a newline")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise BadNote("the tree size is not a plain decimal number")
        try:
            return cls(origin, int(size), decode_base64(root), tuple(extensions))
        except ValueError:
            raise BadNote("the root is not base64") from None


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint whose signatures hold: the log keys and the witnesses (with their times) that signed it."""

    checkpoint: Checkpoint
    note: Note
    signed_by: tuple[Signed, ...]
    witnessed_by: tuple[Signed, ...]


def sign_checkpoint(checkpoint: Checkpoint, *keys: SigningKey) -> str:
    """The checkpoint as a note signed by log keys; several during the change of a key."""
    return sign_note(checkpoint.text, keys)


def open_checkpoint(
    data: str | bytes, trusted: Sequence[VerifierKey], *, origin: str | None = None, quorum: int = 0
) -> OpenedCheckpoint:
    """Read a signed checkpoint and check every signature of a trusted key.

    At least one trusted log key must have signed it. `origin` is the log expected; None expects the log key to bear
    the origin as its name, as ours do. `quorum` is how many trusted witnesses must have cosigned. A tree of no leaves
    has exactly one root, SHA-256 of nothing; a checkpoint that names another one is not trusted whoever signed it.
    Raises BadNote, BadSignature, NotTrusted, BadKey.
    """
    note, signed = open_note(data, trusted)
    checkpoint = Checkpoint.parse(note.text)
    witnesses = tuple(s for s in signed if s.key.kind is Kind.WITNESS)
    logs = tuple(
        s for s in signed if s.key.kind is Kind.LOG and checkpoint.origin == (s.key.name if origin is None else origin)
    )
    if not logs:
        raise NotTrusted(f"no trusted key of the log {checkpoint.origin} has signed it")
    if not checkpoint.size and checkpoint.root != EMPTY_ROOT:
        raise NotTrusted("a log of no entries has the root SHA-256 of nothing, the checkpoint names another one")
    if len(witnesses) < quorum:
        raise NotTrusted(f"{len(witnesses)} of {quorum} witnesses have cosigned it")
    return OpenedCheckpoint(checkpoint, note, logs, witnesses)


def cosign(
    data: str | bytes,
    witness: SigningKey,
    log: VerifierKey,
    seen: Checkpoint | None,
    proof: Sequence[bytes],
    *,
    at: int,
) -> str:
    """What a witness does: check that the log only grew since `seen`, then add its own signature line.

    The witness must store the new checkpoint as seen before it hands the note out; `seen` is None only for a log it
    has never met. Without one, or with one of size 0, there is nothing to prove and `proof` must be empty.
    `at` is POSIX time. A line that this witness has put under the note before is replaced.
    Raises InvalidProof and what `open_checkpoint` raises.
    """
    expect("witness", witness, SigningKey)
    expect("seen", seen, Checkpoint, type(None))
    opened = open_checkpoint(data, [log])
    new = opened.checkpoint
    if seen is not None and seen.origin != new.origin:
        raise NotTrusted("the checkpoint seen before is of another log")
    if seen is not None and seen.size:
        verify_consistency(seen.size, new.size, proof, seen.root, new.root)
    elif seen is not None and seen.root != EMPTY_ROOT:
        raise InvalidProof("the checkpoint seen before has no entries and a root that is not SHA-256 of nothing")
    elif proof is not None and (not isinstance(proof, (list, tuple)) or proof):
        raise InvalidProof("a proof from a log of no entries must be empty")
    signature = witness.sign(opened.note.text, at)
    # A reader refuses a note under which one key stands twice.
    others = [line for line in opened.note.signatures if line[:2] != signature[:2]]
    cosigned = format_note(Note(opened.note.text, (*others, signature)))
    parse_note(cosigned)
    return cosigned
