"""Networks: their weights, how they begin, and what happens in a forward pass."""
