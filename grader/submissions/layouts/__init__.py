"""What learning platforms give for an assignment: a module for each works out from names alone whose work each entry is."""
