"""What leaves for other systems: marks in the forms of learning platforms, and each student's page. Nothing here grades."""
