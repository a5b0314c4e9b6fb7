"""Losses and their gradients: backpropagation through time, its terms, other ways to the same numbers, and the check."""
