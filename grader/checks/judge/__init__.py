"""From what the checks reported to results and their words."""
