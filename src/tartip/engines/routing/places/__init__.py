"""Places on roads: snapping, positions, units on the search graph."""
