"""Tártip: an open public-safety system, from the 102 call to a figure anyone can verify."""

__version__ = "0.1.0"
