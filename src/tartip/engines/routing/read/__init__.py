"""Readers: files of the field become Roads."""
