"""What leaves for home in place of solutions: calls with their answers."""
