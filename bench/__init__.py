"""Benchmarks: `./run bench NAME [--json] [--quick] [--save]`. One module a bench, each with `run(quick) -> Report`."""
