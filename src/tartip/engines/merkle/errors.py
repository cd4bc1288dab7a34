"""What the sealed log refuses, by kind of object: proof, tile, note, key, JSON, stamp."""

from __future__ import annotations

from typing import ClassVar

from tartip.engines.errors import BadInput, EngineError


class InvalidProof(EngineError):
    """A Merkle proof that does not lead to the root; `why` says at which rule it fails."""

    code: ClassVar[str] = "merkle.invalid_proof"
    text: ClassVar[str] = "The Merkle proof does not hold: %(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class TileMissing(EngineError):
    """The reader did not return a tile that the proof needs."""

    code: ClassVar[str] = "merkle.tile_missing"
    text: ClassVar[str] = "Tile %(index)s of level %(level)s is missing"

    def __init__(self, level: int, index: int) -> None:
        super().__init__(level=level, index=index)


class BadTile(EngineError):
    """A tile of the wrong length for the tree it is said to belong to."""

    code: ClassVar[str] = "merkle.bad_tile"
    text: ClassVar[str] = "Tile %(index)s of level %(level)s: %(rule)s"

    def __init__(self, level: int, index: int, rule: str) -> None:
        super().__init__(level=level, index=index, rule=rule)


class BadKey(EngineError):
    """A key text that is not a C2SP verifier or signer key, or two keys that cannot be told apart."""

    code: ClassVar[str] = "merkle.bad_key"
    text: ClassVar[str] = "Not a usable key: %(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class BadNote(EngineError):
    """Text that is not a C2SP signed note or checkpoint; `why` names the broken rule."""

    code: ClassVar[str] = "merkle.bad_note"
    text: ClassVar[str] = "Not a signed note: %(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class BadSignature(EngineError):
    """A signature line of a known key that does not verify: the whole note is refused."""

    code: ClassVar[str] = "merkle.bad_signature"
    text: ClassVar[str] = "The signature of %(name)s does not hold"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class NotTrusted(EngineError):
    """A well-formed note that no trusted key has signed, or too few witnesses have."""

    code: ClassVar[str] = "merkle.not_trusted"
    text: ClassVar[str] = "The note is not trusted: %(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class NotCanonical(BadInput):
    """A value outside the JSON subset that is sealed; `where` is a path such as `$.places[2]`."""

    code: ClassVar[str] = "merkle.not_canonical"

    def __init__(self, where: str, rule: str) -> None:
        super().__init__("JSON value", where, rule)


class BadStamp(EngineError):
    """An RFC 3161 response that proves nothing about the data with the certificates given."""

    code: ClassVar[str] = "merkle.bad_stamp"
    text: ClassVar[str] = "The time stamp does not hold: %(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
