"""A table read from a file, looked at before it is taken."""
