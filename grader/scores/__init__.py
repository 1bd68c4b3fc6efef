"""Records of what was found, and the arithmetic on them."""
