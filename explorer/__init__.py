"""Gradient Flow Explorer: watch the gradient of a recurrent network vanish, explode or survive.

`explorer.load` opens a saved file, `explorer.sweep` measures many networks, `explorer.watch` lets the window follow a
training elsewhere; `explorer.engine` is the mathematics, for which NumPy is enough. What comes out shows itself in notebooks.

>>> import explorer
>>> saved = explorer.load("mine.gflow")
>>> trace = saved.network.forward(saved.x, saved.s0)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from explorer.engine.shown import Showing, shown_by
from explorer.engine.work import Report, Stop, never, silent
from explorer.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike
    from typing import Any

    from explorer.recording import Recorder, keras_callback, watch
    from explorer.workspace.disk.saved import Saved
    from explorer.workspace.sweeps.swept import Swept

__all__ = ["Recorder", "Saved", "Swept", "__version__", "keras_callback", "load", "load_sweep", "sweep", "watch"]

_WHERE = {
    "Recorder": "explorer.recording", "Saved": "explorer.workspace.disk.saved", "keras_callback": "explorer.recording",
    "watch": "explorer.recording", "Swept": "explorer.workspace.sweeps.swept",
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


def sweep(
    told: str | PathLike[str] | Mapping[str, Any],
    out: str | PathLike[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    stop: Stop = never,
    report: Report = silent,
) -> Swept:
    """Return quantities of a network at every combination of the values of its settings.

    Parameters
    ----------
    told
        What is swept: a file as ``docs/sweeps.md`` says, or the same as a mapping, in which arrays are lists of values.
    out
        A file that keeps the result. One that is begun is gone on with; one that is whole is read.
    workers
        So many processes of this machine measure; if None, this process does, one point after the other.
    scheduler
        The address of a Dask cluster that measures instead.
    stop
        Asked between points; True ends the sweep, and what was found is kept beside ``out``.
    report
        Told the fraction that is done.

    Returns
    -------
    Swept
        Each axis and each quantity by its name, shaped by the axes.

    Raises
    ------
    explorer.engine.Refusal
        ``told`` is no sweep: with the line, or the key. ``out`` holds something else, or can't be written. There is no such
        cluster.

    Examples
    --------
    >>> import explorer
    >>> axes = {"gain": [0.5, 1.0, 2.0], "seed": range(4)}
    >>> swept = explorer.sweep({"preset": "toggle", "axes": axes, "quantities": ["rate", "rho"]})
    >>> swept["rho"].shape, swept["rho.median"].shape
    ((3, 4), (3,))
    """
    from collections.abc import Mapping
    from pathlib import Path

    from explorer.workspace.sweeps.reading import read_sweep, sweep_in
    from explorer.workspace.sweeps.swept import measured

    of = sweep_in(told) if isinstance(told, Mapping) else read_sweep(Path(told))
    return measured(of, None if out is None else Path(out), workers, scheduler, stop, report)


def load_sweep(path: str | PathLike[str]) -> Swept:
    """Return the result of a sweep from its file, or as far as it has come where it was interrupted.

    Parameters
    ----------
    path
        The file, written by `sweep` or by ``gradient-flow sweep``.

    Raises
    ------
    explorer.engine.BadFile
        The file is missing, unreadable, or holds no sweep.

    Examples
    --------
    >>> import explorer
    >>> made = explorer.sweep({"preset": "toggle", "axes": {"gain": [0.5, 1.0]}}, "edge.npz")
    >>> bool((explorer.load_sweep("edge.npz")["rate"] == made["rate"]).all())
    True
    """
    from pathlib import Path

    from explorer.workspace.sweeps.opening import opened
    from explorer.workspace.sweeps.swept import Swept

    return Swept(opened(Path(path)))


def _notebook() -> Showing:
    from explorer import notebook

    return notebook


shown_by(_notebook)
