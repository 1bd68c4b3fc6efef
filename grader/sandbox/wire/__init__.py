"""What crosses between the grader and a worker: plain data, in frames, as one record for each request and each reply."""
