"""Examines a course before it is handed out: whether solutions, stubs, checks and known mistakes do what they are for."""
