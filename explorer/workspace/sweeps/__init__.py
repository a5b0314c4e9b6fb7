"""Sweeps: a quantity of many networks, over the values of their settings; measured anywhere, kept from the first point on."""
