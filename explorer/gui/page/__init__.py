"""The page to hand out: one file with the map, the decay, the states and the formulas, alive in any browser."""
