"""A short Python module, for NumPy or PyTorch, that runs a network from its equations; its weights stand beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.network.layer import BACKWARD, BOTH, Layer
from explorer.engine.network.network import Network
from explorer.engine.recurrence.recurrence import State
from explorer.version import __version__
from explorer.workspace.models.written.dialects import Dialect
from explorer.workspace.models.written.rewriting import Rewritten, earlier, own, rewritten


def module(network: Network, dialect: Dialect, weights: str) -> str:
    """Return the text of a module whose ``run(x)`` gives out what the network does; ``weights`` is the file beside it.

    Raises
    ------
    BadNetwork
        If it has a decoder, an embedding or features, which a module does not have.
    """
    _check(network)
    layers = network.architecture.layers
    steps = {i: rewritten(layer.recurrence) for i, layer in enumerate(layers, start=1)}
    used = {network.readout} | {name for one in steps.values() for name in one.functions}
    head = [
        f'"""A recurrent network, written by Gradient Flow Explorer {__version__}: `run` gives what it gives out.\n\n'
        f'Its weights are in {weights}, beside this file.\n"""',
        dialect.imports,
        dialect.weights.format(weights=weights),
    ]
    parts = [
        "\n\n".join(head),
        *(dialect.functions[name] for name in sorted(used) if dialect.functions[name]),
        *("\n".join(_layer(i, layer, steps[i], dialect)) for i, layer in enumerate(layers, start=1)),
        "\n".join(_run(network, layers, dialect)),
    ]
    return "\n\n\n".join(parts) + "\n"


def _check(network: Network) -> None:
    architecture = network.architecture
    if architecture.decoder or architecture.features or architecture.embedding is not None:
        raise BadNetwork("A network with a decoder, an embedding or features can't be written as a module.")


def _layer(number: int, layer: Layer, step: Rewritten, dialect: Dialect) -> Iterator[str]:
    """Yield the function that runs one layer in one direction, from its first state."""
    recurrence, n = layer.recurrence, layer.width
    sizes = {"n": n, **dict(recurrence.sizes)}
    yield f"def layer_{number}(x, prefix):"
    states = ", ".join(state.name for state in recurrence.states) or "none"
    yield f'    """Return what the layer gives out, (T, {n}), of x (T, m); its states: {states}."""'
    for weight in recurrence.weights:
        if layer.steps is None:
            yield f"    {own(weight.name)} = weights[prefix + {weight.name!r}]"
    for state in recurrence.states:
        yield f"    {own(state.name)} = {_start(state, sizes, dialect)}"
    for name, far in step.delayed.items():
        first = f"{dialect.zeros.format(shape='x[0].shape')}" if name == "x" else own(name)
        yield from (f"    {earlier(name, back)} = {first}" for back in range(1, far + 1))
    yield "    given = []"
    yield "    for t, now in enumerate(x, start=1):"
    if layer.steps is not None:
        for weight in recurrence.weights:
            yield f"        {own(weight.name)} = weights[prefix + {weight.name!r}][t - 1]"
    yield "        x = now"
    for name, far in step.delayed.items():
        if name != "x":
            yield from _pushed(name, far)
    yield from (f"        {line}" for line in step.lines)
    yield f"        given.append({own(recurrence.output)})"
    if "x" in step.delayed:
        yield from _pushed("x", step.delayed["x"])
    yield f"    return {dialect.stack.format(list='given')}"


def _pushed(name: str, far: int) -> Iterator[str]:
    """Yield the lines that make each earlier value one step earlier."""
    for back in range(far, 1, -1):
        yield f"        {earlier(name, back)} = {earlier(name, back - 1)}"
    yield f"        {earlier(name, 1)} = {own(name)}"


def _start(state: State, sizes: Mapping[str, int], dialect: Dialect) -> str:
    shape = tuple(sizes[axis] if isinstance(axis, str) else axis for axis in state.shape)
    return dialect.full.format(
        shape=shape, value=repr(state.start) if np.isfinite(state.start) else f"float('{state.start}')"
    )


def _run(network: Network, layers: tuple[Layer, ...], dialect: Dialect) -> Iterator[str]:
    yield "def run(x):"
    yield f'    """Return what the network gives out, (T, {len(network.c)}), of a sequence x (T, {network.inputs})."""'
    for number, layer in enumerate(layers, start=1):
        yield f"    h = {_level(number, layer, dialect)}"
        yield "    x = x + h" if layer.skip else "    x = h"
    yield f"    return {network.readout}(x @ weights['V'].T + weights['c'])"


def _level(number: int, layer: Layer, dialect: Dialect) -> str:
    """Return what calls a layer: in time, against it, or both ways side by side."""
    back = dialect.reverse.format(x=f"layer_{number}({dialect.reverse.format(x='x')}, '{{prefix}}')")
    if layer.direction == BOTH:
        halves = f"layer_{number}(x, '{number}→/'), {back.format(prefix=f'{number}←/')}"
        return dialect.join.format(parts=halves)
    if layer.direction == BACKWARD:
        return back.format(prefix=f"{number}/")
    return f"layer_{number}(x, '{number}/')"
