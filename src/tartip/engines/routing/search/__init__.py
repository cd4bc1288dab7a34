"""Queries: the nearest units, times, ways, reach."""
