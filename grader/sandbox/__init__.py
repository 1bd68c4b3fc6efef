"""The only place where a submission's code runs, and the only door to it."""
