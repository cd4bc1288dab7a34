"""Ed25519 keys that sign notes, in the text forms of C2SP signed-note: `name+hash+base64` and `PRIVATE+KEY+…`."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from tartip.engines.merkle.errors import BadKey, BadNote, BadSignature
from tartip.engines.merkle.hashing import is_bytes, is_count

PRIVATE = "PRIVATE+KEY+"
MAX_TIME = 2**63 - 1


class Kind(IntEnum):
    """Signature type byte of C2SP signed-note that enters the key id."""

    LOG = 0x01  # Ed25519 over the note's text
    WITNESS = 0x04  # cosignature/v1: Ed25519 over a time and the note's text


_KINDS = frozenset(Kind)


class Signature(NamedTuple):
    """One signature line of a note: who says to have signed, and the raw signature without the key id."""

    name: str
    key_id: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under. `str(key)` is its vkey text."""

    name: str
    public: bytes
    kind: Kind = Kind.LOG

    def __post_init__(self) -> None:
        check_name(self.name)
        if not is_bytes(self.public) or len(self.public) != 32 or self.kind not in _KINDS:
            raise BadKey("an Ed25519 public key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey, `name+8 hex digits+base64(type ‖ public key)`. Raises BadKey."""
        name, key_id, kind, public = _parts(text)
        key = cls(name, public, kind)
        if key.key_id.hex() != key_id:
            raise BadKey("the key id does not belong to this name and key")
        return key

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ type ‖ public key), first 4 bytes."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encode(bytes([self.kind]) + self.public)}"

    def check(self, text: str, body: bytes) -> int | None:
        """Check a signature body over a note's text. Returns the POSIX time of a witness, None for a log.

        Raises BadSignature.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if not is_bytes(body):
            raise BadSignature(self.name)
        at = int.from_bytes(body[:8], "big") if self.kind is Kind.WITNESS else None
        raw = body if at is None else body[8:]
        if len(raw) != 64 or (at or 0) > MAX_TIME:
            raise BadSignature(self.name)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, signed_message(text, at))
        except (InvalidSignature, ValueError):
            raise BadSignature(self.name) from None
        return at


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key: 32 random bytes (the Ed25519 seed) and the name it signs under."""

    name: str
    seed: bytes = field(repr=False)
    kind: Kind = Kind.LOG

    def __post_init__(self) -> None:
        check_name(self.name)
        if not is_bytes(self.seed) or len(self.seed) != 32 or self.kind not in _KINDS:
            raise BadKey("an Ed25519 seed has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read `PRIVATE+KEY+name+8 hex digits+base64(type ‖ seed)`. Raises BadKey, never showing the key."""
        if not isinstance(text, str) or not text.startswith(PRIVATE):
            raise BadKey(f"a signer key begins with {PRIVATE}")
        name, key_id, kind, seed = _parts(text.removeprefix(PRIVATE))
        key = cls(name, seed, kind)
        if key.verifier.key_id.hex() != key_id:
            raise BadKey("the key id does not belong to this name and key")
        return key

    def to_text(self) -> str:
        """The signer key text. Whoever holds it can sign in the log's name."""
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_encode(bytes([self.kind]) + self.seed)}"

    @property
    def verifier(self) -> VerifierKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, public, self.kind)

    def sign(self, text: str, at: int | None = None) -> Signature:
        """Sign a note's text. A witness key needs `at`, the POSIX time of signing; a log key must not get one."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if (at is not None) != (self.kind is Kind.WITNESS) or not is_count(0 if at is None else at, MAX_TIME + 1):
            raise BadNote("a witness signs with a time, a log without")
        raw = Ed25519PrivateKey.from_private_bytes(self.seed).sign(signed_message(text, at))
        body = raw if at is None else at.to_bytes(8, "big") + raw
        return Signature(self.name, self.verifier.key_id, body)


def signed_message(text: str, at: int | None) -> bytes:
    """The bytes under the signature: the note's text, for a witness after the two lines of cosignature/v1."""
    head = "" if at is None else f"cosignature/v1\ntime {at}\n"
    return (head + text).encode()


def check_name(name: str) -> None:
    """Raise BadKey unless `name` may stand in a signature line: not empty, no spaces, plus signs or control codes."""
    text = name if isinstance(name, str) else ""
    if not text or any(c == "+" or c.isspace() or unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise BadKey("a key name is not empty and holds no space, plus sign or control character")


def decode_base64(text: str) -> bytes:
    """Standard padded base64 in its one canonical spelling; ValueError otherwise, for any other type too."""
    if not isinstance(text, str):
        raise ValueError("base64 is text")
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if _encode(data) != text:
        raise ValueError("not canonical base64")
    return data


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _parts(text: str) -> tuple[str, str, Kind, bytes]:
    parts = text.split("+", 2) if isinstance(text, str) else ()
    if len(parts) != 3:
        raise BadKey("a key text is name+hash+base64")
    try:
        data = decode_base64(parts[2])
    except ValueError:
        raise BadKey("the last part is not base64") from None
    if data[:1] not in (b"\x01", b"\x04"):
        raise BadKey("only Ed25519 keys of type 1 (log) and 4 (witness) are known")
    return parts[0], parts[1], Kind(data[0]), data[1:]
