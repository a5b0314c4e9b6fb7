"""Lessons: settings, questions and what they come to, each lesson a plain text file that a lecturer can write."""
