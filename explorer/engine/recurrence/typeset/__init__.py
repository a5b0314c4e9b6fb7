"""Equations and Jacobians as they are set in type: in TeX, and in plain text."""
