"""The Build panel: the network, its sequence, its output."""
