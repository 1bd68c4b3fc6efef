"""What learning platforms give for an assignment: a module for each tells from names alone whose work each entry is."""
