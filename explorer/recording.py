"""Watching a training from outside: a file that the window, here or elsewhere, follows while it grows.

>>> from explorer import watch
>>> with watch(model, "run.gflow", every=50, sample=x) as run:  # any PyTorch module with recurrent layers
...     for x, target in batches:
...         loss = step(model, x, target)
...         run.note(loss=loss)
>>> from explorer import keras_callback
>>> model.fit(x, y, callbacks=[keras_callback("run.gflow", every=50, sample=x[:1])])
>>> from explorer import Recorder
>>> with Recorder("run.gflow", every=50) as run:  # any framework: arrays by its names
...     run.add(weights, loss=0.4)
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from os import PathLike
from pathlib import Path
from typing import Any

from explorer.engine.errors import BadSettings
from explorer.workspace.models.readers.records import Head
from explorer.workspace.watched import recorder as _recorder
from explorer.workspace.watched.keras_models import keras_callback as _keras_callback
from explorer.workspace.watched.torch_modules import watched_module

__all__ = ["Recorder", "keras_callback", "watch"]


class Recorder(_recorder.Recorder):
    """Appends moments of a training to the file at ``path``, valid after every call, whatever ends the program.

    Parameters
    ----------
    path
        The file. One of the same network is gone on with.
    every
        How many updates lie between two moments, where `add` does not say the update.
    choose
        What the arrays leave open, as `explorer.models.load` takes it: ``{"activation": "relu"}``.

    Raises
    ------
    explorer.engine.BadFile
        The file holds something else, another program writes it, or it can't be written.
    """

    def __init__(self, path: str | PathLike[str], every: int = 1, choose: Mapping[str, str] | None = None) -> None:
        super().__init__(Path(path), Head("arrays", {"choose": dict(choose or {})}, _checked(every)))


def watch(
    model: Any, path: str | PathLike[str], every: int = 50, sample: Any = None
) -> AbstractContextManager[_recorder.Recorder]:
    """Return a context in which the training of ``model`` is appended to a file, for the window to follow.

    Parameters
    ----------
    model
        A PyTorch module with recurrent layers. Its forward passes in training are counted as updates.
    path
        The file: ``gradient-flow watch run.gflow`` follows it, from any process that sees it.
    every
        How many updates lie between two moments.
    sample
        What the module is called with to see what its recurrent layers read: a tensor, or a tuple of them. Without one they
        are looked at under noise.

    Yields
    ------
    Recorder
        Its ``note(loss=…)`` keeps a number of the present update.

    Raises
    ------
    explorer.engine.BadNetwork
        Nothing in the module is recurrent.
    explorer.engine.BadFile
        The file holds something else, another program writes it, or it can't be written.
    """
    return watched_module(model, Path(path), _checked(every), sample)


def keras_callback(path: str | PathLike[str], every: int = 50, sample: Any = None) -> Any:
    """Return a callback for the ``fit`` of a Keras 3 model, which appends its training to a file for the window to follow.

    Parameters
    ----------
    path
        The file. One of the same model is gone on with.
    every
        How many batches lie between two moments.
    sample
        What the model's inputs take to see what its recurrent layers read. Without one they are looked at under noise.

    Raises
    ------
    explorer.engine.BadNetwork
        When the training begins, if nothing in the model is recurrent.
    explorer.engine.BadFile
        When the training begins, as `Recorder` does.
    """
    return _keras_callback(Path(path), _checked(every), sample)


def _checked(every: int) -> int:
    if every < 1:
        raise BadSettings("every is {every}; it must be at least 1.", every=every)
    return every
