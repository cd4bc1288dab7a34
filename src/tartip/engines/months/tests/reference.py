"""The slow obvious way: encode value by value, hash by the recursive definition of RFC 6962."""

from __future__ import annotations

from datetime import date
from hashlib import sha256


def encoded(value, kind) -> bytes:
    if kind == "date":
        return ((value or date(1970, 1, 1)) - date(1970, 1, 1)).days.to_bytes(4, "little", signed=True)
    if kind == "uuid":
        return value or bytes(16)
    width = {"int8": 1, "int16": 2, "int32": 4, "int64": 8}[kind]
    return (value or 0).to_bytes(width, "little", signed=True)


def block(rows: list[dict], columns) -> bytes:
    data = len(rows).to_bytes(4, "little")
    for column in columns:
        values = [row[column.name] for row in rows]
        if column.optional:
            data += bytes(value is not None for value in values)
        if column.kind == "string":
            texts = [(value or "").encode() for value in values]
            data += b"".join(len(text).to_bytes(4, "little") for text in texts) + b"".join(texts)
        else:
            data += b"".join(encoded(value, column.kind) for value in values)
    return data


def tree_hash(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, as it is written there; `leaves` are the data, not their hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def root(rows: list[dict], schema) -> str:
    """Root of the rows in any order, `withdrawn` among them."""
    rows = sorted(rows, key=lambda row: row[schema.id])
    cut = [rows[i : i + 1024] for i in range(0, len(rows), 1024)]
    return tree_hash([block(part, schema.sealed_columns) for part in cut]).hex()
