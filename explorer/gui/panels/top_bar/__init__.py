"""The buttons that are pressed in front of the room."""
