"""What stands in the worker, beside the submission's own code."""
