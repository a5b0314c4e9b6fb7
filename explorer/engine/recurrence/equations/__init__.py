"""Equations as text: bounded, parsed, understood, and made into a graph."""
