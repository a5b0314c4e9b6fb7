"""What numbers in a file are of: the network, what it was fed, and how each array is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from explorer.engine import Network
from explorer.version import __version__
from explorer.workspace.exploration.exploration import Numbers, Sequence
from explorer.workspace.looks.analysis import Inspection

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "t": "the later step, 0 to T",
        "k": "the earlier step, 0 to t",
        "log_norm": "ln of the Frobenius norm of ds_t/ds_k; -inf for a true zero, NaN where the network overflowed",
        "log_rms_gain": "ln of the root-mean-square gain, the Frobenius norm divided by sqrt(N): log_norm - ln(N)/2",
        "log_spectral_norm": "ln of the spectral norm, the largest singular value; only if meta.norm is spectral",
    }
)
"""What a table of all pairs may hold, by the names of its columns."""

_PAIRS = "(T+1, T+1) at [t, k], NaN for k > t: "

HOLDS: Mapping[str, str] = MappingProxyType(
    {
        "t": COLUMNS["t"],
        "k": COLUMNS["k"],
        "x": "(T, m) inputs x_1 to x_T as they are fed; columns as in meta.columns, scaled as in meta.sequence",
        "s": "(T+1, N) states s_0 to s_T; their parts as in meta.parts, each meta.hidden wide",
        "z": "(T, G*n) net inputs z_1 to z_T; gates as in meta.gates, each meta.hidden wide",
        "o": "(T, p) outputs o_1 to o_T; columns as in meta.classes",
        "log_norm": _PAIRS + COLUMNS["log_norm"],
        "log_rms_gain": _PAIRS + COLUMNS["log_rms_gain"],
        "log_spectral_norm": _PAIRS + COLUMNS["log_spectral_norm"],
        "U": "(G*n, m) weights of the input, a block of n rows for each gate of meta.gates",
        "W": "(G*n, n) recurrent weights, a block of n rows for each gate of meta.gates",
        "b": "(G*n,) biases, n for each gate of meta.gates",
        "b_rec": "(n,) recurrent bias of the GRU's gate n; only where the cell has one",
        "V": "(p, n) weights of the readout",
        "c": "(p,) biases of the readout",
    }
)
"""What a file of numbers may hold, by name: shape, meaning, and where it is missing."""

EQUATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "rnn": ("s = {activation}(U @ x + W @ s + b)",),
        "lstm": (
            "i = sigmoid(U_i @ x + W_i @ h + b_i)",
            "f = sigmoid(U_f @ x + W_f @ h + b_f)",
            "g = tanh(U_g @ x + W_g @ h + b_g)",
            "o = sigmoid(U_o @ x + W_o @ h + b_o)",
            "c = f * c + i * g",
            "h = o * tanh(c)",
        ),
        "gru": (
            "r = sigmoid(U_r @ x + W_r @ h + b_r)",
            "z = sigmoid(U_z @ x + W_z @ h + b_z)",
            "n = tanh(U_n @ x + b_n + r * (W_n @ h + b_rec))",
            "h = (1 - z) * n + z * h",
        ),
    }
)
"""The step of each cell: a state that is read before it is assigned is the one of the step before, U_i the rows of gate i."""

_LONG = ("rows", "text", "vocabulary", "columns")
"""What of a sequence stands in the arrays, in tokens or in columns."""


def meta(inspection: Inspection, held: Iterable[str], words: Mapping[str, str] = HOLDS) -> dict[str, Any]:
    """Return what makes a file explain itself that holds ``held``, said in ``words`` by name: plain values for JSON."""
    exploration, run, fed = inspection.analysis.exploration, inspection.analysis.run, inspection.analysis.feed
    recipe, net = run.recipe, run.network
    simple = len(net.kernel.gates) == 1
    return {
        "program": "Gradient Flow Explorer",
        "version": __version__,
        "cell": net.cell,
        "equations": equations(net),
        "activation": net.activation if simple else None,
        "readout": net.readout,
        "steps": inspection.analysis.steps,
        "inputs": net.inputs,
        "hidden": net.hidden,
        "width": net.width,
        "outputs": len(net.c),
        "parts": list(net.kernel.parts),
        "gates": list(net.kernel.gates),
        "init": recipe.init,
        "gain": recipe.gain,
        "bias": recipe.bias,
        "forget_bias": recipe.forget_bias if "f" in net.kernel.gates else None,
        "input_scale": recipe.input_scale,
        "seed": recipe.seed,
        "updates": exploration.updates,
        "edits": len(recipe.edits),
        "task": None if exploration.task is None else exploration.task.kind,
        "sequence": _sequence(exploration.sequence, fed.columns),
        "tokens": list(fed.tokens) if fed.symbolic else None,
        "columns": list(fed.columns),
        "classes": _classes(inspection),
        "norm": exploration.lens.norm,
        "log_base": "e",
        "holds": {name: words[name] for name in held},
    }


def equations(net: Network) -> list[str]:
    """Return the step of ``net`` and its readout in the notation of NumPy."""
    read = net.kernel.parts[0]
    step = (line.format(activation=net.activation) for line in EQUATIONS[net.cell])
    return [*step, f"output = {net.readout}(V @ {read} + c)"]


def _sequence(sequence: Sequence, columns: Iterable[str]) -> dict[str, Any]:
    fields = msgspec.to_builtins(sequence)
    about = {name: value for name, value in fields.items() if name not in _LONG}
    if not isinstance(sequence, Numbers):
        return about
    scales = zip(columns, sequence.scaling, strict=bool(sequence.scaling))
    return about | {"scaling": [{"column": name, **scale._asdict()} for name, scale in scales] or None}


def _classes(inspection: Inspection) -> list[str] | None:
    """Return what the task calls the outputs, None where there is none that this network answers."""
    task = inspection.analysis.exploration.task
    if task is None or inspection.judged is None:
        return None
    # All tasks with their data: who has none is not to wait for them.
    from explorer.workspace.tasks import lesson

    return list(lesson(task).classes)
