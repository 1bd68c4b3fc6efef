"""How a course is read: its settings, its masters and the data that its exercises come with."""
