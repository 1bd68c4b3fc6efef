"""Checks one's own work at home: the public checks, without solutions, hidden checks or anything that only Linux has."""
