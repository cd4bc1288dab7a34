"""The road network as flat arrays: roads, the searched graph, its weights, its file."""
