"""`Imported`: which file of another framework a network's weights are from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from explorer.workspace.exploration.checks import check_range

MOST_WEIGHT_NAMES = 2000
_LONGEST = 1000
_MOST_CHOICES = 200

ShortText = Annotated[str, Meta(max_length=_LONGEST)]


class FileName(NamedTuple):
    """What a weight, "1/W_f", is called in the file: the array that it is of, or several that add up, joined by " + "."""

    weight: ShortText
    called: ShortText


class Choice(NamedTuple):
    """What was chosen of something that the file does not say."""

    key: ShortText
    value: ShortText


class Imported(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a network is from: ``network`` in the file at ``path``, as ``source`` wrote it, with what was chosen.

    ``names`` say what its weights are called there; ``mapping`` is the path of a person's mapping, if one told them.
    ``sha256`` is of the weights as they were read, so that a file that became another is noticed: a network that is too
    large for a saved exploration is kept there by this reference alone.
    """

    path: ShortText
    source: ShortText
    network: ShortText
    sha256: Annotated[str, Meta(max_length=64)]
    names: tuple[FileName, ...] = ()
    chosen: tuple[Choice, ...] = ()
    mapping: ShortText = ""

    def __post_init__(self) -> None:
        check_range("names of weights", len(self.names), 0, MOST_WEIGHT_NAMES)
        check_range("choices", len(self.chosen), 0, _MOST_CHOICES)

    @property
    def file_name(self) -> str:
        """Return the name of the file, without where it was."""
        return self.path.replace("\\", "/").rpartition("/")[2]

    def called(self) -> Mapping[str, str]:
        """Return what the weights are called in the file, by our names."""
        return dict(self.names)


def fingerprint(tensors: bytes) -> str:
    """Return the SHA-256 of weights as a snapshot has them."""
    return hashlib.sha256(tensors).hexdigest()
