"""`Task` and `Aim`: what a network is to learn, and what the loss is compared with where there is no task."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from explorer.workspace.exploration.checks import check_range, finite, one_of
from explorer.workspace.exploration.recipe import MOST_SYMBOLS

USUAL_SYMBOLS = 1000
LEAST_SYMBOLS = 10


class Task(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be learnt: ``kind`` is a name in `explorer.workspace.tasks.TASKS`.

    ``lag`` is the distance in steps that the generated tasks bridge. ``at`` is where the one loss of a many-to-one task is
    taken: at the "last" state or on the "mean" of all; empty means the last. The person's own data: ``text`` is a corpus, or
    a labelled sentence a line; ``rows`` are the numbers of a CSV file with their ``columns``, of which ``target`` is to be
    predicted. ``source`` names where they came from. Empty ones mean the shipped data. ``vocabulary`` is that of a network
    that has learnt already, from a file of an earlier version; empty, it follows from the text. Words of the
    text that are ``spaced`` are parted by spaces alone, Chinese ones too. A vocabulary that follows from a text has so many
    symbols at most as the ``dictionary`` says, the commonest ones.
    """

    kind: str
    lag: Annotated[int, Meta(ge=1, le=1000)] = 20
    at: Literal["", "last", "mean"] = ""
    text: str = ""
    rows: tuple[tuple[float, ...], ...] = ()
    columns: tuple[str, ...] = ()
    target: str = ""
    source: str = ""
    vocabulary: tuple[str, ...] = ()
    spaced: bool = False
    dictionary: Annotated[int, Meta(ge=LEAST_SYMBOLS, le=MOST_SYMBOLS)] = USUAL_SYMBOLS

    @property
    def unit(self) -> Literal["word", "spaced"]:
        """Return what a word of the text is."""
        return "spaced" if self.spaced else "word"

    def __post_init__(self) -> None:
        check_range("the lag", self.lag, 1, 1000)
        check_range("symbols of the dictionary", self.dictionary, LEAST_SYMBOLS, MOST_SYMBOLS)
        one_of("place of the loss", self.at, ("", "last", "mean"))


class Aim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The loss of an exploration without a task: where it is taken and the ``target`` there.

    The network's output decides the loss: softmax the cross-entropy with the class ``target``, counted from 1, the sigmoid
    the binary cross-entropy and the linear output half the squared error, with all outputs to be ``target``.
    """

    at: Literal["every", "last", "mean"] = "last"
    target: float = 1.0

    def __post_init__(self) -> None:
        finite("the target", self.target)
