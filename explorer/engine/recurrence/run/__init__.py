"""A recurrence through time: planned once, run forward and back."""
