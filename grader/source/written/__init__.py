"""Written answers: where they may stand in a file, and what they say."""
