"""Benchmarks that anyone can run; what they say are ratios measured in one run."""
