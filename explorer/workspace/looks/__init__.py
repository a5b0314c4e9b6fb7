"""What is worked out of an exploration, and said of it."""
