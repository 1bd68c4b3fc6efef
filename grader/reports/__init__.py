"""Turns records into pages and tables; grades nothing."""
