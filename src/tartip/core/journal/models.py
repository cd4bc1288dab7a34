"""What the journal stores. Rows are only ever added; the database refuses the rest (migration 0002)."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import Func


class XidField(models.BigIntegerField):  # type: ignore[type-arg]
    """The writing transaction's number: entries are sealed in an order no late commit can slip behind."""

    def db_type(self, connection: object) -> str:
        return "xid8"

    def get_db_prep_value(self, value: object, connection: object, prepared: bool = False) -> str:
        return str(value)


class CurrentXid(Func):
    function = "pg_current_xact_id"
    output_field = XidField()


class Entry(models.Model):
    """One act or one read: the header in columns, its payload aside so that it can be erased."""

    id = models.UUIDField(primary_key=True)
    # A replicated or restored row gets its number where it is sealed, never from the publisher.
    xid = XidField(db_default=CurrentXid(), editable=False)
    origin = models.SmallIntegerField()
    recorded_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    act = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    on_behalf = models.CharField(max_length=64, blank=True)
    territory = models.CharField(max_length=9)
    register = models.CharField(max_length=32)
    subject = models.UUIDField(null=True)
    version = models.PositiveIntegerField()
    cause = models.UUIDField(null=True)
    ground = models.CharField(max_length=64)
    edition = models.CharField(max_length=32)
    purpose = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=100, null=True)
    # What the key stands for: the same key with another request is refused.
    request_hash = models.BinaryField(max_length=32, null=True)
    payload_hash = models.BinaryField(max_length=32)
    # Of the record after the act. The salt stays when the payload is erased and is published nowhere.
    state_hash = models.BinaryField(max_length=32, null=True)
    state_salt = models.BinaryField(max_length=16, null=True)
    # Part of the header: the civil day on which a counted record counts, so that an outsider can tell its month.
    day = models.DateField(null=True)
    leaf = models.BinaryField(max_length=32)

    class Meta:
        db_table = "journal_entry"
        indexes = [
            models.Index(fields=["xid", "id"], name="journal_entry_xid"),
            models.Index(fields=["subject", "version"], name="journal_entry_subject"),
        ]
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="journal_entry_key")]


class Payload(models.Model):
    """The record's fields after the act, as canonical JSON, with the salt of its hash. The only erasable part."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, db_constraint=False, related_name="content")
    salt = models.BinaryField(max_length=16)
    body = models.TextField()

    class Meta:
        db_table = "journal_payload"


class Seal(models.Model):
    """The place of an entry in the log: dense from 0, given after its transaction committed."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, db_constraint=False, related_name="seal")

    class Meta:
        db_table = "journal_seal"


class State(models.Model):
    """How far the log is sealed; one row, locked by the one sealer at work."""

    one = models.BooleanField(primary_key=True, default=True)
    size = models.BigIntegerField(default=0)
    xid = XidField(default=0)
    entry = models.UUIDField(null=True)

    class Meta:
        db_table = "journal_state"


class Tile(models.Model):
    """Up to 256 node hashes of one height (C2SP tlog-tiles); the last of a level grows until it is full."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "journal_tile"


class Checkpoint(models.Model):
    """The log's size and root, signed (C2SP signed note), optionally stamped by a time authority."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    made_at = models.DateTimeField()
    # Of how many entries the checkpoint before this one is, so that one taken away is missed; None in older ones.
    previous = models.BigIntegerField(null=True)

    class Meta:
        db_table = "journal_checkpoint"


class PublicKey(models.Model):
    """A key that checkpoints were signed with, as text (C2SP vkey). Keys are added and never taken away.

    It is believed only if the first checkpoint it signed, that of `size` entries, bears its signature (`keys.py`).
    """

    key = models.CharField(primary_key=True, max_length=300)
    name = models.CharField(max_length=200)
    valid_from = models.DateTimeField()
    size = models.BigIntegerField()

    class Meta:
        db_table = "journal_key"


class Stamp(models.Model):
    """An RFC 3161 time stamp over a checkpoint's note; added when a time authority is configured."""

    checkpoint = models.OneToOneField(Checkpoint, models.PROTECT, primary_key=True)
    response = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "journal_stamp"
