"""How what is worked out becomes colours, lines and round numbers, with no screen in mind."""
