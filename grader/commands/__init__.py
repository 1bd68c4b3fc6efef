"""What each command of ``grader`` does, from its options to its exit code."""
