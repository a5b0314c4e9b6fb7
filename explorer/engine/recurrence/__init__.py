"""How a state follows from the last one: activations, cells, and the Jacobian of one step."""
