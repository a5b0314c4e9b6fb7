"""The cells of the frameworks with all their options, as equations in our notation."""
