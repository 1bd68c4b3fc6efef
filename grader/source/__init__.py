"""What a file's text says, found out without running any of it; a worker reads with it."""
