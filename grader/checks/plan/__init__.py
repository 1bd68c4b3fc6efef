"""What is asked of a submission, worked out on the reference before there is any submission."""
