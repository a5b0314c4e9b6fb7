"""Somebody's network: what is in a file, chosen and tried out before it is opened."""
