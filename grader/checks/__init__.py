"""Runs the checks, which are pytest tests, against what comes out of the sandbox."""
