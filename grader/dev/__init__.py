"""What is said of a course before it is handed out: that solutions, stubs, checks and known mistakes do what they are for."""
