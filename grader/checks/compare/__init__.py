"""Tells whether an answer is right."""
