"""The arithmetic of the benchmarks; the benchmarks themselves are run by `make bench`."""
