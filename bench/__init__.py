"""Benchmarks against real peers; never timed tests."""
