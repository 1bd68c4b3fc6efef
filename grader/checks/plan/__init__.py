"""What is asked of a submission, worked out on the reference before any submission is there."""
