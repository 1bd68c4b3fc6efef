"""The study of a class: what its work has in common, and no points."""
