"""What the work of a whole class shows: groups of equal wrong work, and pairs more alike than the stub explains. Never points."""
