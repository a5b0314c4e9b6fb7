"""What goes back through a run: rows of gradients, what each step contributes to each weight, and both carried forward."""
