"""Gradient descent: settings, optimisers, clipping, Ω, and the training itself."""
