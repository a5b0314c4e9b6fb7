"""What numbers in a file are of: the network, what it was fed, and how each array is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from explorer.engine import Network
from explorer.engine.network.families import weights
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.typeset.equations import code
from explorer.version import __version__
from explorer.workspace.exploration.building import columns_of
from explorer.workspace.exploration.exploration import Numbers, Sequence
from explorer.workspace.looks.analysis import Inspection

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "t": "the later step, 0 to T",
        "k": "the earlier step, 0 to t",
        "log_norm": "ln of the Frobenius norm of ds_t/ds_k; -inf for a true zero, NaN where the network overflowed",
        "log_rms_gain": "ln of the root-mean-square gain, the Frobenius norm divided by sqrt(N): log_norm - ln(N)/2",
        "log_norm_low": "the log_norm below which it likely is not: the low end of 19 of 20 bands; only of an estimate",
        "log_norm_high": "the log_norm above which it likely is not, likewise; only of an estimate",
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
        "s": "(T+1, N) states s_0 to s_T; their parts as in meta.parts, as wide as in meta.part_widths",
        "z": "(T, G*n) net inputs z_1 to z_T; gates as in meta.gates, each meta.hidden wide; only where weights are stacked",
        "o": "(T, p) outputs o_1 to o_T; columns as in meta.classes",
        "log_norm": _PAIRS + COLUMNS["log_norm"],
        "log_rms_gain": _PAIRS + COLUMNS["log_rms_gain"],
        "log_norm_low": _PAIRS + COLUMNS["log_norm_low"],
        "log_norm_high": _PAIRS + COLUMNS["log_norm_high"],
        "log_spectral_norm": _PAIRS + COLUMNS["log_spectral_norm"],
        "U": "(G*n, m) weights of the input, a block of n rows for each gate of meta.gates; only where weights are stacked",
        "W": "(G*n, n) recurrent weights, likewise",
        "b": "(G*n,) biases, likewise, n for each gate",
        "b_rec": "(n,) recurrent bias of the last gate, likewise; only where the cell has one",
        "1/NAME": "the weight NAME of meta.equations; only where weights are not stacked",
        "V": "(p, n) weights of the readout",
        "c": "(p,) biases of the readout",
    }
)
"""What a file of numbers may hold, by name: shape, meaning, and where it is missing."""

_LONG = ("rows", "text", "vocabulary", "columns")
"""What of a sequence stands in the arrays, in tokens or in columns."""


def meta(inspection: Inspection, held: Iterable[str], words: Mapping[str, str] = HOLDS) -> dict[str, Any]:
    """Return what makes a file explain itself that holds ``held``, said in ``words`` by name: plain values for JSON."""
    exploration, run, fed = inspection.analysis.exploration, inspection.analysis.run, inspection.analysis.feed
    recipe, net, parts = run.recipe, run.network, run.course.parts
    return {
        "program": "Gradient Flow Explorer",
        "version": __version__,
        "cell": net.cell,
        "text": None if isinstance(recipe.cell, str) else recipe.cell.text,
        "equations": equations(net),
        "activation": recipe.recurrence.activation,
        "readout": net.readout,
        "steps": inspection.analysis.steps,
        "inputs": columns_of(net),
        "hidden": net.hidden,
        "width": net.width,
        "outputs": len(net.c),
        "parts": list(parts),
        "part_widths": [part.stop - part.start for part in parts.values()],
        "gates": [gate.name for gate in gates(recipe.recurrence)],
        "init": recipe.init,
        "gain": recipe.gain,
        "bias": recipe.bias,
        "forget_bias": recipe.forget_bias if recipe.layer.forget and not recipe.chrono else None,
        "chrono": recipe.chrono if recipe.layer.forget else None,
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
        "estimate": None if run.estimate is None else {"probes": run.estimate.probes, "directions": run.estimate.width},
        "log_base": "e",
        "holds": {name: _meaning(net, name, words) for name in held},
    }


def _meaning(net: Network, name: str, words: Mapping[str, str]) -> str:
    if name in words:
        return words[name]
    known = weights(net.architecture).get(name)
    shape = net.parameters[name].shape if known is None else known.shape
    own = name.rpartition("/")[2] if len(net.architecture.chains) == len(net.layers) == 1 else name
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)}) the weight {own} of meta.equations"


def equations(net: Network) -> list[str]:
    """Return the step of ``net`` and its readout in the notation of NumPy."""
    several = len(net.architecture.chains) > 1 or bool(net.decoder)
    found = []
    for chain in net.architecture.chains:
        for half in chain.whole.halves:
            name = "decoder" if half is not chain.whole else chain.name
            found += [*([f"# {name}"] if several else []), *code(half.step.recurrence)]
    outputs = [chain.step.recurrence.output for chain in net.architecture.levels[-1]]
    read = outputs[0] if len(outputs) == 1 else f"concatenate([{', '.join(outputs)}])"
    return [*found, f"output = {net.readout}(V @ {read} + c)"]


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
    from explorer.workspace.tasks import dataset

    return list(dataset(task).classes)
