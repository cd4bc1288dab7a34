"""Measurements that more than one bench uses."""
