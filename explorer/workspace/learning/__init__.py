"""Training an exploration: in the window, on the command line, and into a file."""
