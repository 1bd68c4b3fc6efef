"""Attacks on the grader, by family, each with the verdict that it must get."""
