"""One file for each format: each gives what a file holds as `Stored`, and runs nothing of it."""
