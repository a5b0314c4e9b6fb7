"""The gallery from which a preset is chosen."""
