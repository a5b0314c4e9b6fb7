"""What the engine and the workspace refuse, and how they say so.

A refusal carries its sentence as a template and the values that go into it, so that the window can say the
same sentence in another language. Nothing here is shown to a person before ``gui`` or ``cli`` turns it into words.
"""

from __future__ import annotations

from collections.abc import Callable


class Names(tuple[str, ...]):
    """Several names in a sentence: each language lists them in its own way, English by commas."""

    def __str__(self) -> str:
        return ", ".join(self)


class Refusal(ValueError):
    """One sentence: what is wrong, where, and what would be right.

    Parameters
    ----------
    template
        An English sentence with ``{named}`` places; it is also the key of its translations.
    values
        What stands in the named places; another refusal, where the sentence ends with its reason;
        `Names`, where it lists some.

    Examples
    --------
    >>> from explorer.engine import Network, Refusal
    >>> try:
    ...     Network.random(inputs=0, hidden=3, outputs=2)
    ... except Refusal as refusal:
    ...     print(refusal)
    inputs is 0; it must be at least 1.
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
    """A network that can't be built: a wrong shape, a non-finite weight, an unknown name.

    Examples
    --------
    >>> from explorer.engine import BadNetwork, Network
    >>> try:
    ...     Network.random(inputs=1, hidden=2, outputs=1, readout="softmx")
    ... except BadNetwork as refusal:
    ...     print(refusal)
    There is no readout “softmx”; did you mean “softmax”? Choose one of softmax, sigmoid, identity, threshold.
    """


class BadEquations(Refusal):
    """Equations that can't be read; the sentence names line and column, counted from 1 in characters.

    Examples
    --------
    >>> from explorer.engine import BadEquations, Recurrence
    >>> try:
    ...     Recurrence.parse("h = tanh(U @ x + W @ h")
    ... except BadEquations as refusal:
    ...     print(refusal)
    Line 1, column 9: this “(” is never closed.
    """

    @property
    def line(self) -> int:
        """Return the line of the mistake, 1 for one of the whole text."""
        return int(str(self.values.get("line", 1)))

    @property
    def column(self) -> int:
        """Return its column."""
        return int(str(self.values.get("column", 1)))


class BadSequence(Refusal):
    """An input sequence that can't be read or fed to the network.

    Examples
    --------
    >>> from explorer.engine import BadSequence, Network
    >>> try:
    ...     Network.from_arrays(U=[[1.0]], W=[[0.5]]).forward([[1.0], [float("nan")]])
    ... except BadSequence as refusal:
    ...     print(refusal)
    x has a value that is not finite at step 2, column 1.
    """


class DoubtfulNumbers(BadSequence):
    """Numbers whose commas can be decimal commas or stand between thousands: who asks must say which."""


class NoNumber(BadSequence):
    """A cell of a table that is empty or holds no number: its column, or its row, can be left out."""


class LongTable(BadSequence):
    """A table of more rows than fit, of which a part can be taken."""


class BadTargets(Refusal):
    """Targets that fit neither the sequence nor the loss, or a loss or truncation that there is not.

    Examples
    --------
    >>> from explorer.engine import BadTargets, Network, bptt
    >>> trace = Network.from_arrays(U=[[1.0]], W=[[0.5]]).forward([[1.0], [2.0]])
    >>> try:
    ...     bptt(trace, 0.5, loss="squared_error")
    ... except BadTargets as refusal:
    ...     print(refusal)
    There is one target for a loss at every step, which needs (2, 1): for a loss taken once say at='last' or at='mean'.
    """


class BadSettings(Refusal):
    """A setting of the training that there is not, or that lies outside its range.

    Examples
    --------
    >>> from explorer.engine import BadSettings, Settings
    >>> try:
    ...     Settings(rate=-1.0)
    ... except BadSettings as refusal:
    ...     print(refusal)
    The learning rate is -1.0; it must lie between 0.0 and 1000000.0.
    """


class BadExploration(Refusal):
    """A setting outside what an exploration can hold."""


class BadFile(Refusal):
    """A file that is damaged, foreign, too big, or from a newer version.

    Examples
    --------
    >>> import explorer
    >>> from explorer.engine import BadFile
    >>> try:
    ...     explorer.load("missing.gflow")
    ... except BadFile as refusal:
    ...     print(refusal)
    There is no file “missing.gflow”.
    """


class Damage(Refusal):
    """Why a file can't be what its beginning says it is: the reason in a `BadFile`, which knows the file's name."""


class OtherKind(BadFile):
    """A file that is good for something else than what was asked for; ``kind`` says for what."""

    @property
    def kind(self) -> str:
        """Return what the file is."""
        return str(self.values["kind"])


class TooBig(Refusal):
    """Work that would need more memory than the program allows itself.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, TooBig, gradient_flow
    >>> trace = Network.random(inputs=1, hidden=2, outputs=1).forward(np.zeros((100_000, 1)))
    >>> try:
    ...     gradient_flow(trace)
    ... except TooBig as refusal:
    ...     print(str(refusal).partition(" would need ")[0])
    100000 steps of a state of width 2
    """


class Missing(Refusal):
    """What is asked for needs a library that is not installed; the sentence says which, and how it comes here.

    Examples
    --------
    >>> from explorer.engine import Missing, Network, gradient_flow
    >>> flow = gradient_flow(Network.from_arrays(U=[[1.0]], W=[[0.5]]).forward([[1.0], [2.0]]))
    >>> try:
    ...     labelled = flow.to_xarray()
    ... except Missing as refusal:
    ...     assert "gradient-flow-explorer[notebook]" in str(refusal)
    """


class Stopped(Exception):
    """The work was told to stop; nothing came of it and nothing is wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, Stopped, gradient_flow
    >>> trace = Network.random(inputs=1, hidden=2, outputs=1).forward(np.zeros((5, 1)))
    >>> try:
    ...     gradient_flow(trace, stop=lambda: True)
    ... except Stopped:
    ...     print("stopped")
    stopped
    """
