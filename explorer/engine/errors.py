"""What the engine and the workspace refuse, and how they say so.

A refusal carries its sentence as a template and the values that go into it, so that the window can say the
same sentence in another language. Nothing here is shown to a person before ``gui`` or ``cli`` turns it into words.
"""

from __future__ import annotations

from collections.abc import Callable


class Refusal(ValueError):
    """One sentence: what is wrong, where, and what would be right.

    Parameters
    ----------
    template
        An English sentence with ``{named}`` places; it is also the key of its translations.
    values
        What stands in the named places; another refusal, where the sentence ends with its reason.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(template.format(**values))

    def __reduce__(self) -> tuple[Callable[..., Refusal], tuple[object, ...]]:
        """Let a refusal travel between processes with its template and its values."""
        return _refusal, (type(self), self.template, self.values)


def _refusal(kind: type[Refusal], template: str, values: dict[str, object]) -> Refusal:
    return kind(template, **values)


class BadNetwork(Refusal):
    """A network that can't be built: a wrong shape, a non-finite weight, an unknown name."""


class BadSequence(Refusal):
    """An input sequence that can't be read or fed to the network."""


class DoubtfulNumbers(BadSequence):
    """Numbers whose commas can be decimal commas or stand between thousands: who asks must say which."""


class NoNumber(BadSequence):
    """A cell of a table that is empty or holds no number: its column, or its row, can be left out."""


class LongTable(BadSequence):
    """A table of more rows than fit, of which a part can be taken."""


class BadTargets(Refusal):
    """Targets that fit neither the sequence nor the loss, or a loss or truncation that there is not."""


class BadSettings(Refusal):
    """A setting of the training that there is not, or that lies outside its range."""


class BadExploration(Refusal):
    """A setting outside what an exploration can hold."""


class BadFile(Refusal):
    """A file that is damaged, foreign, too big, or from a newer version."""


class TooBig(Refusal):
    """Work that would need more memory than the program allows itself."""


class Stopped(Exception):
    """The work was told to stop; nothing came of it and nothing is wrong."""
