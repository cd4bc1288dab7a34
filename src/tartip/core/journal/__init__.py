"""The journal: the append-only, sealed sequence of all acts and of every read of personal data."""
