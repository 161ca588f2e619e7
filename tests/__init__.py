"""Tests in three rings, and the benchmarks."""
