"""Words that data carry in every language of the program."""

from __future__ import annotations

Words = dict[str, str]
"""The same words in every language of the program, by the language's code."""
