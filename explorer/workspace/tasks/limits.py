"""What is too small and too big of a person's own data."""

from __future__ import annotations

from explorer.engine.errors import BadSequence

MOST_TEXT = 200_000
"""Characters: about forty thousand words, an epoch of some minutes."""
LEAST_SENTENCES = 10
LEAST_CHARACTERS = 250
LEAST_OF_A_LABEL = 5
"""One of every five is held out, of every label."""
MOST_LABELS = 20
LONGEST = 200
"""Words of a labelled sentence."""
LEAST_ROWS = 25
MOST_CLASSES = 10
"""A column of whole numbers with more different ones than these is predicted as a number."""


def check_text(text: str) -> None:
    """Refuse a text that is too long to learn in a sitting.

    Raises
    ------
    BadSequence
        With its length and what fits.
    """
    if len(text) > MOST_TEXT:
        raise BadSequence(
            "The text has {got} characters; at most {most} fit: shorten it.", got=len(text), most=MOST_TEXT
        )
