"""Pages for any browser: the map, the decay and the states of networks, alive, in one file that loads nothing."""
