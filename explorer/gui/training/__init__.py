"""Training as the window runs and shows it: its process, its desk, its time line."""
