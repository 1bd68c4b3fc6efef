"""Known mistakes, as authors declare them."""
