"""Sweeps in a window of their own: what is swept, the picture that grows of it, and the way from a point to its network."""
