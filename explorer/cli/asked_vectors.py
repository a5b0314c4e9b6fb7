"""The file of word vectors that a command is asked to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explorer.cli.saying import mutter, tr


def with_vectors_asked(exploration: Any, path: Path, fixed: bool) -> Any:
    """Return ``exploration`` whose active network reads its words as the vectors in the file at ``path``.

    Raises
    ------
    Refusal
        If it can't be read, or the network is fed no words.
    """
    from explorer.workspace.feed.word_vectors import read_vectors, vocabulary_of, with_vectors

    found = with_vectors(exploration, read_vectors(path, vocabulary_of(exploration)))
    return found.with_recipe(embedding_trained=not fixed)


def mutter_vectors(vectors: Any) -> None:
    """Say how many words of the vocabulary are in the file, and what the others get."""
    said = tr(
        "Of the vocabulary's {words} words {found} are among the {known} of “{file}”; the others get vectors drawn with the "
        "same spread."
    )
    counts = {"words": len(vectors.words), "found": len(vectors.found), "known": vectors.known}
    mutter(said.format(file=vectors.file, **{name: f"{count:,}" for name, count in counts.items()}))
