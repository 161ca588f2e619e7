"""The benchmarks: `make bench` runs them all; each prints a table and writes `var/bench/<name>.json`."""
