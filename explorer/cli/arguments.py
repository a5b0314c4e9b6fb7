"""What a word of the command line may be."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Callable, Collection, Iterable
from pathlib import Path


def either(endings: Iterable[str]) -> str:
    """Return the ``endings`` as one reads them: ".npz, .csv or .json"."""
    *first, last = endings
    return f"{', '.join(first)} or {last}"


def ending(allowed: Collection[str]) -> Callable[[str], Path]:
    """Return what takes the name of a file with one of the ``allowed`` endings."""

    def path(text: str) -> Path:
        if Path(text).suffix.lower() not in allowed:
            raise argparse.ArgumentTypeError(f"“{text}” must end in {', '.join(allowed)}")
        return Path(text)

    return path


def count(text: str) -> int:
    """Return a number of steps."""
    if not re.fullmatch(r"\d{1,9}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of steps from 1 to 999999999")
    return int(text)


def step(text: str) -> int:
    """Return a step of a sequence."""
    if not re.fullmatch(r"\d{1,9}", text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a step, a whole number from 0")
    return int(text)


def forcing(text: str) -> int | str:
    """Return after how many steps a state is forced, or "auto"."""
    return "auto" if text == "auto" else count(text)


def weight(text: str) -> float:
    """Return what a penalty is multiplied by, a number from 0."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 0 to 1000000")
    return value


def indented(text: str) -> str:
    """Return ``text`` as it stands below a name in a help."""
    return textwrap.fill(text, 92, initial_indent="    ", subsequent_indent="    ")
