"""Flax (linen as msgpack, nnx as npz), Haiku as npz, Equinox as safetensors: flattened as their users do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import equinox as eqx
import flax.linen as nn
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx, serialization
from numpy.typing import NDArray
from safetensors.numpy import save_file

from benchmarks.frameworks import HIDDEN, INPUTS, Case, Floats, folder, inputs

jax.config.update("jax_enable_x64", True)
Step = Callable[[Any, Any], Any]
"""From a state, its parts as a tuple with h first, and x_t to the next state."""


def cases() -> Iterator[Case]:
    """Yield the cases; their files are written."""
    yield from _linen()
    yield from _nnx()
    yield from _haiku()
    yield from _equinox()


def _drawn(tree: Any, seed: int) -> Any:
    draw = np.random.default_rng(seed)
    return jax.tree.map(lambda leaf: jnp.asarray(draw.normal(size=leaf.shape) * 0.6), tree)


def _case(file: str, name: str, step: Step, parts: int, x: Floats) -> Case:
    def run(s: Any) -> Any:
        state = tuple(jnp.split(s, parts))
        found = []
        for row in jnp.asarray(x):
            state = step(state, row)
            found.append(state[0])
        return jnp.stack(found), jnp.concatenate(state)

    start = jnp.zeros(parts * HIDDEN)
    return Case(file, name, x, np.asarray(run(start)[0]), np.asarray(jax.jacobian(lambda s: run(s)[1])(start)))


def _linen() -> Iterator[Case]:
    cells = {
        "lstm": nn.OptimizedLSTMCell,
        "plain": nn.LSTMCell,
        "gru": nn.GRUCell,
        "simple": nn.SimpleCell,
        "mgu": nn.MGUCell,
    }
    held, made = {}, []
    for seed, (name, kind) in enumerate(cells.items()):
        cell = kind(HIDDEN, param_dtype=jnp.float64, dtype=jnp.float64)
        two = "lstm" in name or name == "plain"
        carry = (jnp.zeros(HIDDEN),) * 2 if two else jnp.zeros(HIDDEN)
        held[name] = _drawn(cell.init(jax.random.key(0), carry, jnp.ones(INPUTS))["params"], seed)

        def step(state: Any, row: Any, cell: Any = cell, name: str = name, two: bool = two) -> Any:
            # Flax has the cell before h.
            carry, _ = cell.apply({"params": held[name]}, state[::-1] if two else state[0], row)
            return carry[::-1] if two else (carry,)

        made.append((name, step, 2 if two else 1))
    (folder() / "flax.msgpack").write_bytes(serialization.to_bytes({"params": held}))
    for name, step, parts in made:
        yield _case("flax.msgpack", name, step, parts, inputs(11))


def _nnx() -> Iterator[Case]:
    cells = {"lstm": nnx.OptimizedLSTMCell, "plain": nnx.LSTMCell, "gru": nnx.GRUCell, "simple": nnx.SimpleCell}
    held, made = {}, []
    for seed, (name, kind) in enumerate(cells.items()):
        cell = kind(INPUTS, HIDDEN, param_dtype=jnp.float64, dtype=jnp.float64, rngs=nnx.Rngs(0))
        graph, state = nnx.split(cell)
        state = jax.tree.map(
            lambda leaf, seed=seed: _drawn(leaf, 20 + seed) if leaf.dtype == jnp.float64 else leaf, state
        )
        cell = nnx.merge(graph, state)
        for path, leaf in nnx.state(cell, nnx.Param).flat_state():
            held[".".join([name, *map(str, path)])] = np.asarray(leaf[...])
        two = name in ("lstm", "plain")

        def step(state: Any, row: Any, cell: Any = cell, two: bool = two) -> Any:
            carry, _ = cell(state[::-1] if two else state[0], row)
            return carry[::-1] if two else (carry,)

        made.append((name, step, 2 if two else 1))
    np.savez(folder() / "flax_nnx.npz", allow_pickle=False, **held)
    for name, step, parts in made:
        yield _case("flax_nnx.npz", name, step, parts, inputs(12))


def _haiku() -> Iterator[Case]:
    cells = {"lstm": hk.LSTM, "gru": hk.GRU, "vanilla_rnn": hk.VanillaRNN}
    held: dict[str, NDArray[Any]] = {}
    made = []
    for seed, (name, kind) in enumerate(cells.items()):

        def once(state: Any, row: Any, kind: Any = kind, name: str = name) -> Any:
            given = hk.LSTMState(*state) if name == "lstm" else state[0]
            new = kind(HIDDEN)(row[None], jax.tree.map(lambda part: part[None], given))[1]
            return (new.hidden[0], new.cell[0]) if name == "lstm" else (new[0],)

        net = hk.without_apply_rng(hk.transform(once))
        parts = 2 if name == "lstm" else 1
        params = _drawn(net.init(jax.random.key(0), (jnp.zeros(HIDDEN),) * parts, jnp.ones(INPUTS)), 30 + seed)
        held |= {f"{module}/{leaf}": np.asarray(v) for module, some in params.items() for leaf, v in some.items()}
        made.append((name, lambda state, row, net=net, params=params: net.apply(params, state, row), parts))
    np.savez(folder() / "haiku.npz", allow_pickle=False, **held)
    for name, step, parts in made:
        yield _case("haiku.npz", name, step, parts, inputs(13))


def _equinox() -> Iterator[Case]:
    held, made, cells = {}, [], []
    for seed, (name, kind) in enumerate({"lstm": eqx.nn.LSTMCell, "gru": eqx.nn.GRUCell}.items()):
        cell = kind(INPUTS, HIDDEN, key=jax.random.key(0))
        arrays, rest = eqx.partition(cell, eqx.is_array)
        cell = eqx.combine(_drawn(arrays, 40 + seed), rest)
        cells.append(cell)
        for path, leaf in jax.tree_util.tree_leaves_with_path(eqx.filter(cell, eqx.is_array)):
            held[name + jax.tree_util.keystr(path)] = np.asarray(leaf)

        def step(state: Any, row: Any, cell: Any = cell, name: str = name) -> Any:
            return cell(row, state) if name == "lstm" else (cell(row, state[0]),)

        made.append((name, step, 2 if name == "lstm" else 1))
    save_file(held, folder() / "equinox.safetensors")
    eqx.tree_serialise_leaves(folder() / "equinox.eqx", cells)
    for number, (name, step, parts) in enumerate(made, start=1):
        yield _case("equinox.safetensors", name, step, parts, inputs(14))
        # Its own file has no names.
        yield _case("equinox.eqx", f"cell {number}", step, parts, inputs(14))
