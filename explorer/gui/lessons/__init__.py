"""Lessons in the window: who leads through one, and where it speaks and is answered."""
