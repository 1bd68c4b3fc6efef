"""Finds and reads what students hand in; runs nothing of it."""
