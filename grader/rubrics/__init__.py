"""Reads an author's rubric and assesses one written answer by it; what can't be decided for certain waits for a person."""
