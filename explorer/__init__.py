"""Gradient Flow Explorer: watch the gradient of a recurrent network vanish, explode or survive.

`explorer.load` opens a saved file, `explorer.watch` lets the window follow a training elsewhere; `explorer.engine` is
the mathematics, for which NumPy is enough.

>>> import explorer
>>> saved = explorer.load("mine.gflow")
>>> trace = saved.network.forward(saved.x, saved.s0)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from explorer.version import __version__

if TYPE_CHECKING:
    from os import PathLike

    from explorer.recording import Recorder, keras_callback, watch
    from explorer.workspace.disk.saved import Saved

__all__ = ["Recorder", "Saved", "__version__", "keras_callback", "load", "watch"]

_WHERE = {
    "Recorder": "explorer.recording", "Saved": "explorer.workspace.disk.saved", "keras_callback": "explorer.recording",
    "watch": "explorer.recording",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Return what needs what files need, when it is asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def load(path: str | PathLike[str]) -> Saved:
    """Return what a ``.gflow`` file holds: the network with its trained weights, and the sequence that it is fed.

    Parameters
    ----------
    path
        The file, saved by the window or by ``gradient-flow train``, of this version or of any earlier one.

    Returns
    -------
    Saved
        ``network``, all ``networks``, ``x`` (T, m), ``s0`` (N,), ``tokens`` (T,), ``columns`` (m,), ``classes`` (p,) and
        ``updates``.

    Raises
    ------
    explorer.engine.BadFile
        The file is missing, unreadable, too big, empty, foreign, damaged or from a newer version of the program.

    Examples
    --------
    >>> import explorer
    >>> from explorer.engine import gradient_flow
    >>> saved = explorer.load("mine.gflow")
    >>> net = saved.network
    >>> net.V.shape == (len(net.c), net.hidden)
    True
    >>> flow = gradient_flow(net.forward(saved.x, saved.s0))
    >>> flow.log_norm.shape == (len(saved.tokens) + 1, len(saved.tokens) + 1)  # ln ‖∂s_t/∂s_k‖ at [t, k]
    True
    """
    # The mathematics alone needs none of what files need.
    from explorer.workspace.disk.saved import load_saved

    return load_saved(path)
