"""What a sentence about a row counts: steps, or the layers of a network whose every step has weights of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from explorer.workspace.looks.running import Run
from explorer.workspace.words.marking import mark
from explorer.workspace.words.sentence import Sentence

_LAYERS: Mapping[str, str] = MappingProxyType(
    {
        "over 1 step": mark("over 1 layer"),
        "over {steps} steps": mark("over {steps} layers"),
        "×{gain} over 1 step": mark("×{gain} over 1 layer"),
        "×{gain} over {steps} steps": mark("×{gain} over {steps} layers"),
        "×{gain} over 1 step {way}": mark("×{gain} over 1 layer {way}"),
        "×{gain} over {steps} steps {way}": mark("×{gain} over {steps} layers {way}"),
        "exactly zero over 1 step {way}": mark("exactly zero over 1 layer {way}"),
        "exactly zero over {steps} steps {way}": mark("exactly zero over {steps} layers {way}"),
        "×{factor} a step": mark("×{factor} a layer"),
        "×{factor} a step, halving every {steps} steps": mark("×{factor} a layer, halving every {steps} layers"),
        "×{factor} a step, doubling every {steps} steps": mark("×{factor} a layer, doubling every {steps} layers"),
        "most of it at step {step}: ×{gain}": mark("most of it at layer {step}: ×{gain}"),
        "falls below {threshold} after 1 step": mark("falls below {threshold} after 1 layer"),
        "falls below {threshold} after {steps} steps": mark("falls below {threshold} after {steps} layers"),
        "it dies at step {step}, after 1 step": mark("it dies at layer {step}, after 1 layer"),
        "it dies at step {step}, after {steps} steps": mark("it dies at layer {step}, after {steps} layers"),
        "from {state} to {earlier}: weights ×{weights}, derivative ×{slopes} a step": mark(
            "from {state} to {earlier}: weights ×{weights}, derivative ×{slopes} a layer"
        ),
        "horizon: {steps} steps": mark("horizon: {steps} layers"),
    }
)

Said = TypeVar("Said", Sentence, Sentence | None)


def counts_layers(run: Run) -> bool:
    """Return whether the steps of a run are layers, with weights of their own."""
    return bool(run.course.chain.whole.steps)


def counted(said: Said, layers: bool) -> Said:
    """Return what is ``said`` of a row with its steps called ``layers``, where they are."""
    if said is None or not layers:
        return said
    values = {name: counted(one, layers) if isinstance(one, Sentence) else one for name, one in said.values.items()}
    return Sentence(_LAYERS.get(said.template, said.template), values)
