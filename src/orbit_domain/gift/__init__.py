"""A plan that one pays and another gets: its link and its message."""
