"""Makes what students get from what instructors keep."""
