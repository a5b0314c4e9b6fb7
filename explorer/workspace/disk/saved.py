"""`Saved`: what a ``.gflow`` file holds, as the engine takes it: networks, and the sequence that they are fed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from explorer.engine import Network, Refusal
from explorer.engine.floats import Floats
from explorer.engine.values import Value
from explorer.workspace.disk.files import load
from explorer.workspace.exploration.building import build, initial_state
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.sequences import feed


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Saved(Value):
    """What a file holds, as the engine takes it; arrays are read-only.

    Attributes
    ----------
    network : Network
        The active network, with its trained weights where it was trained, and what was set by hand.
    networks : tuple of Network
        All networks of the file, one to four, in the order of the window.
    x : array (T, m)
        The sequence; row t−1 is the input x_t. One-hot where it is a text.
    s0 : array (N,)
        The state in which the active network begins.
    tokens : tuple of str (T,)
        What stands at each step: the word or character as typed, or the numbers, rounded.
    columns : tuple of str (m,)
        The names of the inputs: the vocabulary, or the columns of a table.
    classes : tuple of str (p,)
        The names of the outputs, in the order of `Network.V`; empty where no task names them.
    updates : int
        How many updates of a training the weights have behind them.

    Examples
    --------
    >>> import explorer
    >>> saved = explorer.load("mine.gflow")
    >>> isinstance(saved, explorer.Saved), saved.x.shape == (len(saved.tokens), len(saved.columns))
    (True, True)

    See Also
    --------
    explorer.load
    """

    network: Network
    networks: tuple[Network, ...]
    x: Floats
    s0: Floats | Mapping[str, Floats]
    tokens: tuple[str, ...]
    columns: tuple[str, ...]
    classes: tuple[str, ...]
    updates: int


def load_saved(path: str | PathLike[str]) -> Saved:
    """Return what the file at ``path`` holds: see `explorer.load`."""
    exploration = load(Path(path))
    fed = feed(exploration.sequence)
    networks = tuple(build(recipe, fed.x.shape[1]) for recipe in exploration.networks)
    network = networks[exploration.active]
    return Saved(
        network=network,
        networks=networks,
        x=fed.x,
        s0=initial_state(exploration.recipe, network),
        tokens=fed.tokens,
        columns=fed.columns,
        classes=_classes(exploration, len(network.c)),
        updates=exploration.updates,
    )


def _classes(exploration: Exploration, outputs: int) -> tuple[str, ...]:
    """Return what the task calls the outputs; nothing where there is none, or one of other outputs."""
    if exploration.task is None:
        return ()
    # All tasks with their data: who has none is not to wait for them.
    from explorer.workspace.tasks import dataset

    try:
        classes = dataset(exploration.task).classes
    except Refusal:
        # The network and its sequence are there all the same, as in the window.
        return ()
    return classes if len(classes) == outputs else ()
