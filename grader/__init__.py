"""Grades the GRU lesson's exercises without ever trusting a submission."""

__version__ = "0.1.0"
