"""What leaves for home in the place of solutions: calls with their answers."""
