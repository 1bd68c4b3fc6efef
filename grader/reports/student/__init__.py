"""What a student's page shows."""
