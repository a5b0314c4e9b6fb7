"""Sliders, fields, choices and labels; they know no exploration."""
