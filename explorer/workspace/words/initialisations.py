"""What the ways are called in which W begins."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from explorer.workspace.words.sentence import Sentence

INITIALISATION_WORDS: Mapping[str, Sentence] = MappingProxyType(
    {
        "gaussian": Sentence("gaussian"),
        "glorot": Sentence("uniform (Glorot)"),
        "orthogonal": Sentence("orthogonal"),
        "identity": Sentence("identity matrix"),
        "spectral": Sentence("spectral radius"),
        "rotation": Sentence("rotation"),
        "shift": Sentence("shift register"),
        "nonnormal": Sentence("non-normal"),
    }
)
