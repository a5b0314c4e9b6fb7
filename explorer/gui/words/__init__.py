"""What the window says, in every language."""
