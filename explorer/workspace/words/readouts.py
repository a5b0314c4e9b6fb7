"""What the readouts are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from explorer.workspace.words.sentence import Sentence

READOUT_WORDS: Mapping[str, Sentence] = MappingProxyType(
    {
        "softmax": Sentence("softmax"),
        "sigmoid": Sentence("sigmoid"),
        "identity": Sentence("linear"),
        "threshold": Sentence("threshold"),
    }
)
