"""`Exploration`, what it is made of and checked by, and the store that keeps it."""
