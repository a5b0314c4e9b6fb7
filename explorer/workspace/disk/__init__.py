"""Files: what is read and written, where it lies, and how it is kept whole."""
