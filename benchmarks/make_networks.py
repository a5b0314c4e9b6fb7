"""Writes ``tests/engine/data/networks.json``: networks of several layers, legs and directions, by PyTorch in float64.

The tests of the engine compare with this file, so that they need no PyTorch. Run with PyTorch installed::

    python -m benchmarks.make_networks

The file holds lists of cases under "stacked", "bidirectional", "uneven", "encoder_decoder" and "deep". Weights have PyTorch's
names (``weight_ih_l0``, ``bias_hh_l1_reverse``), and gates stand in PyTorch's order; ``tests/engine/pytorch.py`` turns them
into the cells' own. Time comes first; a state is given by parts named by their layer, "2/h", or layer and direction, "2←/c".

Every case has

- ``cell``, ``activation``, ``layers``, ``weights``, the inputs ``x`` (T, m) and the first states ``start``, part → (n,);
- ``states``, part → (T+1, n), the start first, in the order in which they are made: row j of a backward part follows
  from x_{T+1−j};
- ``out`` (T, n; forward and backward side by side, 2n), and ``g`` of its shape: the loss is Σ g·out;
- ``gradients`` of the loss: on the weights by name, on ``x``, and on ``start``, part → (n,);
- ``jacobians``, a list of ``row``, ``column``, ``t``, ``k`` and ``P`` (n, n): how the part ``row`` after t steps of its chain
  moves with the part ``column`` after k steps, through all that lies between. A chain is all layers of a stack, and each
  layer and direction of a bidirectional network with what it reads held fixed; a backward chain counts its own steps,
  from the end of the sequence.

"uneven" is a batch: ``both`` says whether it runs in both directions, ``lengths`` (B,) how long the sequences are; x, out and
g (T, B, ·) are zero after their ends, and ``last`` has the states there, part → (B, n). It starts from zero, and has no
``start``, ``states`` and ``jacobians``.

"encoder_decoder" has weights "encoder/…", "decoder/…", and "V", "c" of the readout; ``fed`` (T', m') is what the decoder
reads; ``states`` run on through both, (T+T'+1, n); ``out`` (T', p) is V h + c of the decoder's top layer.

"deep" is h_l = tanh(W_l h_{l−1} + b_l) with ``weights`` W (L, n, n) and b (L, n); ``x`` (n,) is h_0, ``states`` "h" (L+1, n)
are h_0..h_L, ``out`` (n,) is h_L.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

INPUTS, HIDDEN = 2, 3
KINDS = (("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh"))
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
TARGET = Path(__file__).parent.parent / "tests" / "engine" / "data" / "networks.json"
DIGITS = 14

State = dict[str, Tensor]
"""The parts of a state by name."""

Case = dict[str, Any]
Roll = Callable[[State, int, int], State]
"""From a state after k steps of a chain the one after t."""


def drawn(*shape: int, scale: float = 1.0) -> Tensor:
    """Random numbers of three digits, so that they are short to write and exact."""
    return torch.round(scale * torch.randn(shape), decimals=3)


def module(kind: tuple[str, str], inputs: int, layers: int, both: bool = False) -> nn.RNNBase:
    """A network of PyTorch at random weights; those of ReLU have biases that leave most units awake."""
    cell, activation = kind
    options = {"nonlinearity": activation} if cell == "rnn" else {}
    made: nn.RNNBase = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell](
        inputs, HIDDEN, layers, bidirectional=both, **options
    )
    with torch.no_grad():
        for weight in made.parameters():
            some = drawn(*weight.shape, scale=0.4 if activation == "relu" else 0.6)
            weight.copy_(some.abs() if activation == "relu" and weight.ndim == 1 else some)
    return made


def parts(cell: str, layers: Iterable[str]) -> list[str]:
    """The names of a state's parts, layer by layer."""
    return [f"{layer}/{part}" for layer in layers for part in ("hc" if cell == "lstm" else "h")]


def given(cell: str, state: State, layers: Sequence[str]) -> Any:
    """A state as PyTorch takes it, (layers, n) or two of them."""
    packed = [torch.stack([state[f"{layer}/{part}"] for layer in layers]) for part in ("hc" if cell == "lstm" else "h")]
    return tuple(packed) if cell == "lstm" else packed[0]


def taken(cell: str, state: Any, layers: Sequence[str]) -> State:
    """The same as parts by name."""
    packed = state if cell == "lstm" else (state,)
    return {
        f"{layer}/{part}": one[i] for part, one in zip("hc", packed, strict=False) for i, layer in enumerate(layers)
    }


def start(cell: str, layers: Sequence[str]) -> State:
    return {part: drawn(HIDDEN, scale=0.5).requires_grad_() for part in parts(cell, layers)}


def every_state(roll: Roll, first: State, steps: int) -> dict[str, Tensor]:
    """All states of a chain, (T+1, n) of each part."""
    states = [first]
    for t in range(steps):
        states.append({part: value.detach() for part, value in roll(states[-1], t, t + 1).items()})
    return {part: torch.stack([state[part].detach() for state in states]) for part in first}


def jacobians(roll: Roll, states: State, pairs: Iterable[tuple[str, str, int, int]]) -> list[Case]:
    """∂(row at t)/∂(column at k) for some (row, column, t, k)."""
    found = []
    for row, column, t, k in pairs:
        at = {part: value[k] for part, value in states.items()}

        def moved(one: Tensor, row: str = row, column: str = column, at: State = at, t: int = t, k: int = k) -> Tensor:
            return roll({**at, column: one}, k, t)[row]

        P = torch.autograd.functional.jacobian(moved, at[column])
        found.append({"row": row, "column": column, "t": t, "k": k, "P": P})
    return found


def differentiated(loss: Tensor, weights: Mapping[str, Tensor], x: Tensor, first: State) -> Case:
    """The gradients of a loss on weights, x and start."""
    loss.backward()
    return {
        **{name: weight.grad for name, weight in weights.items()},
        "x": x.grad,
        "start": {part: value.grad for part, value in first.items()},
    }


def stacked(kind: tuple[str, str], layers: int, steps: int = 6) -> Case:
    """Layers that run forward in a row."""
    cell, names = kind[0], [str(layer + 1) for layer in range(layers)]
    network, x = module(kind, INPUTS, layers), drawn(steps, INPUTS).requires_grad_()
    first = start(cell, names)
    out, last = network(x, given(cell, first, names))
    g = drawn(*out.shape)

    def roll(state: State, k: int, t: int) -> State:
        return taken(cell, network(x.detach()[k:t], given(cell, state, names))[1], names)

    states = every_state(roll, first, steps)
    assert all(torch.allclose(states[p][-1], one, rtol=1e-12) for p, one in taken(cell, last, names).items())
    top, low = f"{layers}/h", "c" if cell == "lstm" else "h"
    pairs = {
        (top, "1/h", 4, 1), (top, f"1/{low}", 6, 0), (top, f"{layers}/{low}", 3, 2), ("1/h", f"1/{low}", 5, 2),
        (top, f"{max(1, layers - 1)}/h", 4, 3), (f"{layers}/{low}", f"1/{low}", 3, 2), ("1/h", top, 5, 4),
    }  # fmt: skip
    return {
        "cell": cell, "activation": kind[1], "layers": layers, "weights": dict(network.named_parameters()),
        "x": x, "start": first, "states": states, "out": out, "g": g,
        "gradients": differentiated((g * out).sum(), dict(network.named_parameters()), x, first),
        "jacobians": jacobians(roll, states, sorted(pairs)),
    }  # fmt: skip


def alone(kind: tuple[str, str], network: nn.RNNBase, layer: int, reverse: bool) -> nn.RNNBase:
    """One layer and direction of a bidirectional network, as a network of its own."""
    own = module(kind, INPUTS if layer == 0 else 2 * HIDDEN, 1)
    end = f"l{layer}_reverse" if reverse else f"l{layer}"
    weights = {name: network.get_parameter(name.replace("l0", end)).detach() for name, _ in own.named_parameters()}
    own.load_state_dict(weights)
    return own


def bidirectional(kind: tuple[str, str], layers: int, steps: int = 5) -> Case:
    """Layers of two directions, each chain alone with what it reads."""
    cell, names = kind[0], [f"{layer + 1}{arrow}" for layer in range(layers) for arrow in "→←"]
    network, x = module(kind, INPUTS, layers, both=True), drawn(steps, INPUTS).requires_grad_()
    first = start(cell, names)
    out, last = network(x, given(cell, first, names))
    g = drawn(*out.shape)
    states: State = {}
    found, read = [], x.detach()
    for layer in range(layers):
        made = []
        for name, reverse in zip(names[2 * layer : 2 * layer + 2], (False, True), strict=True):
            own, seen = alone(kind, network, layer, reverse), read.flip(0) if reverse else read

            def roll(
                state: State, k: int, t: int, own: nn.RNNBase = own, seen: Tensor = seen, name: str = name
            ) -> State:
                return taken(cell, own(seen[k:t], given(cell, state, [name]))[1], [name])

            here = every_state(roll, {p: v for p, v in first.items() if p.startswith(name)}, steps)
            states |= here
            h = here[f"{name}/h"][1:]
            made.append(h.flip(0) if reverse else h)
            low = "c" if cell == "lstm" else "h"
            found += jacobians(roll, here, [(f"{name}/h", f"{name}/{low}", 4, 1), (f"{name}/{low}", f"{name}/h", 5, 0)])
        read = torch.cat(made, dim=1)
    assert torch.allclose(read, out, rtol=1e-12)
    assert all(torch.allclose(states[p][-1], one, rtol=1e-12) for p, one in taken(cell, last, names).items())
    return {
        "cell": cell, "activation": kind[1], "layers": layers, "weights": dict(network.named_parameters()),
        "x": x, "start": first, "states": states, "out": out, "g": g,
        "gradients": differentiated((g * out).sum(), dict(network.named_parameters()), x, first),
        "jacobians": found,
    }  # fmt: skip


def uneven(kind: tuple[str, str], layers: int, both: bool) -> Case:
    """A batch of sequences of several lengths, packed."""
    cell, lengths = kind[0], torch.tensor([4, 7, 1, 5])
    names = [f"{layer + 1}{arrow}" for layer in range(layers) for arrow in ("→←" if both else [""])]
    network, steps = module(kind, INPUTS, layers, both), int(lengths.max())
    there = (torch.arange(steps)[:, None] < lengths)[..., None]
    x = (drawn(steps, len(lengths), INPUTS) * there).requires_grad_()
    packed, last = network(nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False))
    out, _ = nn.utils.rnn.pad_packed_sequence(packed)
    g = drawn(*out.shape) * there
    gradients = differentiated((g * out).sum(), dict(network.named_parameters()), x, {})
    return {
        "cell": cell, "activation": kind[1], "layers": layers, "both": both, "lengths": lengths,
        "weights": dict(network.named_parameters()), "x": x, "out": out, "g": g, "last": taken(cell, last, names),
        "gradients": {name: one for name, one in gradients.items() if name != "start"},
    }  # fmt: skip


def encoder_decoder(layers: int, steps: int = 5, fed_steps: int = 4, fed_width: int = 3) -> Case:
    """An encoder whose last state is where the decoder starts, which is given the right answers."""
    kind, names, outputs = ("lstm", "tanh"), [str(layer + 1) for layer in range(layers)], fed_width
    encoder, decoder = module(kind, INPUTS, layers), module(kind, fed_width, layers)
    V, c = drawn(outputs, HIDDEN).requires_grad_(), drawn(outputs).requires_grad_()
    x, fed = drawn(steps, INPUTS).requires_grad_(), drawn(fed_steps, fed_width).requires_grad_()
    first = start("lstm", names)
    h, _ = decoder(fed, encoder(x, given("lstm", first, names))[1])
    out = h @ V.T + c
    g = drawn(*out.shape)

    def roll(state: State, k: int, t: int) -> State:
        now = given("lstm", state, names)
        for leg, read, begin in ((encoder, x.detach(), 0), (decoder, fed.detach(), steps)):
            some = read[max(0, k - begin) : max(0, t - begin)]
            now = leg(some, now)[1] if len(some) else now
        return taken("lstm", now, names)

    states = every_state(roll, first, steps + fed_steps)
    assert torch.allclose(states[f"{layers}/h"][steps + 1 :], h, rtol=1e-12)
    top = f"{layers}/h"
    pairs = [(top, "1/h", 8, 2), (f"{layers}/c", "1/c", 6, 4), (top, "1/c", 9, 0), (top, top, 5, 3), (top, top, 8, 6)]
    weights = {
        **{f"encoder/{name}": weight for name, weight in encoder.named_parameters()},
        **{f"decoder/{name}": weight for name, weight in decoder.named_parameters()},
        "V": V, "c": c,
    }  # fmt: skip
    gradients = differentiated((g * out).sum(), weights, x, first)
    return {
        "cell": "lstm", "activation": "tanh", "layers": layers, "weights": weights, "x": x, "fed": fed, "start": first,
        "states": states, "out": out, "g": g, "gradients": {**gradients, "fed": fed.grad},
        "jacobians": jacobians(roll, states, pairs),
    }  # fmt: skip


def deep(layers: int = 30, n: int = 4) -> Case:
    """A feed-forward network of one width, each layer with weights of its own."""
    linear = [nn.Linear(n, n) for _ in range(layers)]
    with torch.no_grad():
        for one in linear:
            one.weight.copy_(drawn(n, n, scale=1.4 / n**0.5))
            one.bias.copy_(drawn(n, scale=0.2))
    x, g = drawn(n).requires_grad_(), drawn(n)

    def roll(state: State, k: int, t: int) -> State:
        return {"h": nn.Sequential(*(part for one in linear[k:t] for part in (one, nn.Tanh())))(state["h"])}

    states = every_state(roll, {"h": x}, layers)
    out = roll({"h": x}, 0, layers)["h"]
    (g * out).sum().backward()
    return {
        "weights": {"W": torch.stack([one.weight for one in linear]), "b": torch.stack([one.bias for one in linear])},
        "layers": layers, "x": x, "states": states, "out": out, "g": g,
        "gradients": {
            "W": torch.stack([one.weight.grad for one in linear]),
            "b": torch.stack([one.bias.grad for one in linear]),
            "x": x.grad,
        },
        "jacobians": jacobians(roll, states, [("h", "h", t, k) for t, k in ((30, 0), (30, 29), (21, 4), (9, 8), (15, 0))]),
    }  # fmt: skip


def written(value: Any) -> Any:
    """A case as JSON has it, numbers with `DIGITS` digits."""
    if isinstance(value, Tensor):
        return written(value.tolist())
    if isinstance(value, dict):
        return {name: written(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [written(one) for one in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1998)
    cases = {
        "stacked": [stacked(kind, layers) for kind in KINDS for layers in (1, 2, 3, 4)],
        "bidirectional": [bidirectional(kind, layers) for kind in KINDS for layers in (1, 2, 3)],
        "uneven": [uneven(kind, 2, both) for kind in KINDS for both in (False, True)],
        "encoder_decoder": [encoder_decoder(layers) for layers in (1, 2)],
        "deep": [deep()],
    }
    text = json.dumps({"torch": torch.__version__, **written(cases)}, separators=(",", ":"), ensure_ascii=False)
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{sum(map(len, cases.values()))} cases, {len(text) / 1000:.0f} kB in {TARGET}")


if __name__ == "__main__":
    main()
