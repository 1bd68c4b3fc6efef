"""Decides what is graded when, and by which process."""
