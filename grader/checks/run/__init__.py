"""Runs the check files as pytest tests, for one submission after the other."""
