"""Names that people gave: shown, but no identities. What they name is known by its place."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return ``names`` in their order, no two alike: those that stand more than once are numbered, "y (1)", "y (2)"."""
    given = [unicodedata.normalize("NFC", name) for name in names]
    count = Counter(given)
    taken = {name for name in given if count[name] == 1}
    result = []
    for name in given:
        new, number = name, 0
        while count[name] > 1 and (number == 0 or new in taken):
            number += 1
            new = f"{name} ({number})"
        taken.add(new)
        result.append(new)
    return tuple(result)


def file_names(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return what different files are called, no two alike: those of one name with their folders."""
    count = Counter(path.name for path in paths)
    return tuple(path.name if count[path.name] == 1 else f"{path.name} ({path.parent})" for path in paths)
