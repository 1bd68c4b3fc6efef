"""A submission's text, taken apart into statements; nothing of it is run here."""
