"""Decides what is graded when, by which process."""
