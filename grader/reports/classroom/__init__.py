"""What the class page shows."""
