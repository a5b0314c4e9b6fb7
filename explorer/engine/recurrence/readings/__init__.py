"""The readings of one graph: value, pull, exact change, Jacobian and its structure, and all in logarithms."""
