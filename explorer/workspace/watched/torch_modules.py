"""What is watched of a PyTorch module: its recurrent weights, its updates, and what its recurrent layers read of a sample.

PyTorch is not imported: who hands a module over has it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from explorer.workspace.models.opening import found_in
from explorer.workspace.models.readers.records import Head
from explorer.workspace.models.stored import Array, Stored
from explorer.workspace.watched.recorder import Recorder

FRAMEWORK = "PyTorch"


@contextmanager
def watched_module(module: Any, path: Path, every: int, sample: Any) -> Iterator[Recorder]:
    """Yield the recorder of a PyTorch ``module``, to whose forward passes in training it counts updates.

    After each ``every`` of them a moment is appended, the first before any. ``sample`` is what the module is called with for
    it, in evaluation, without gradients: a tensor, or a tuple of them; what the recurrent layers then read of its first
    sequence is kept.

    Raises
    ------
    BadNetwork
        If nothing in the module is recurrent.
    BadFile
        As `Recorder` does.
    """
    names = _recurrent(module, path.name)
    layers = dict(_layers(module, names))
    config = {"choose": {f"{name}:activation": one.nonlinearity for name, one in layers.items() if _is_plain(one)}}
    with Recorder(path, Head(FRAMEWORK, config, every)) as recorder:
        watcher = _Watcher(module, recorder, names, layers, sample)
        hook = module.register_forward_pre_hook(watcher.count)
        try:
            yield recorder
            watcher.keep()
        finally:
            hook.remove()


class _Watcher:
    """Counts the passes of a module, and keeps a moment now and then."""

    def __init__(
        self, module: Any, recorder: Recorder, names: tuple[str, ...], layers: Mapping[str, Any], sample: Any
    ) -> None:
        self._module, self._recorder, self._names, self._layers = module, recorder, names, layers
        self._sample = sample if isinstance(sample, tuple) or sample is None else (sample,)
        self._passes = self._begun = recorder.step
        self._kept: int | None = None
        self._looking = False

    def count(self, module: Any, _: Any) -> None:
        """Note a pass of the ``module``: before it, so many updates have been made as there were passes."""
        if self._looking or not module.training:
            return
        if (self._passes - self._begun) % self._recorder.head.every == 0:
            self.keep()
        self._recorder.step = self._passes
        self._passes += 1

    def keep(self) -> None:
        """Append the weights as they are, once."""
        if self._kept != self._passes:
            arrays = {name: _array(tensor) for name, tensor in self._state().items()}
            self._recorder.add(arrays, self._passes, self._inputs())
            self._kept = self._passes

    def _state(self) -> dict[str, Any]:
        state = self._module.state_dict()
        return {name: state[name] for name in self._names}

    def _inputs(self) -> dict[str, Array]:
        """Return what the recurrent layers read of the sample."""
        if self._sample is None:
            return {}
        read: dict[str, Array] = {}
        hooks = [layer.register_forward_pre_hook(_reader(name, read)) for name, layer in self._layers.items()]
        modes = [(one, one.training) for one in self._module.modules()]
        self._looking = True
        try:
            with sys.modules["torch"].no_grad():
                self._module.eval()
                self._module(*self._sample)
        finally:
            self._looking = False
            for one, training in modes:
                one.training = training
            for hook in hooks:
                hook.remove()
        return read


def _recurrent(module: Any, name: str) -> tuple[str, ...]:
    """Return the names of the arrays that recurrent layers are made of."""
    arrays = {key: _array(value) for key, value in module.state_dict().items() if hasattr(value, "detach")}
    found = found_in(Stored(FRAMEWORK, name, arrays))
    used = {
        origin
        for stack in found.stacks
        for strand in stack.strands
        for some in strand.origins.values()
        for origin in some
    }
    return tuple(key for key in arrays if key in used)


def _layers(module: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the modules that are recurrent layers, by their names."""
    for name, one in module.named_modules():
        begin = f"{name}." if name else ""
        if any(key.startswith(begin) and "." not in key[len(begin) :] for key in names):
            # A module that is recurrent itself has no name; the network that is made of it has this one.
            yield name or "net", one


def _is_plain(layer: Any) -> bool:
    return isinstance(getattr(layer, "nonlinearity", None), str)


def _reader(name: str, read: dict[str, Array]) -> Any:
    """Return the hook that keeps what a layer reads: its first sequence, (T, m); of a cell, step by step, all that come."""

    def keep(layer: Any, inputs: tuple[Any, ...]) -> None:
        first = inputs[0]
        if not hasattr(first, "detach"):
            return
        x = _array(first)
        if x.ndim == 3:
            x = x[0] if getattr(layer, "batch_first", False) else x[:, 0]
        if hasattr(layer, "batch_first") and x.ndim == 2:
            read.setdefault(name, x)
        elif x.ndim in (1, 2):
            step = np.atleast_2d(x)[:1]
            read[name] = step if name not in read else np.concatenate([read[name], step])

    return keep


def _array(tensor: Any) -> Array:
    """Return a tensor's numbers, those of a type that NumPy lacks in float32."""
    found = tensor.detach()
    if str(found.dtype) == "torch.bfloat16":
        found = found.float()
    values: Array = found.cpu().numpy()
    # The module goes on to change its weights in place.
    return values.copy()
