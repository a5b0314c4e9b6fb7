"""The activations of a recurrent node of ONNX, with their numbers and those that are taken where it leaves them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.equations.functions import Function, function
from explorer.workspace.models.onnx.messages import Node
from explorer.workspace.words.sentence import Sentence

RUNTIME, STANDARD = "onnxruntime", "standard"

Numbers = tuple[float | None, float | None]
"""An activation's alpha and beta, None where it has none."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An activation: ours, and alpha and beta where the node leaves them out, as the runtime and as the standard has them."""

    name: str
    runtime: Numbers = (None, None)
    standard: Numbers | None = None


_ACTIVATIONS: Mapping[str, _Known] = MappingProxyType(
    {
        **{name: _Known(name) for name in ("relu", "tanh", "sigmoid", "softsign", "softplus")},
        "affine": _Known("affine", (0.0, 0.0), (1.0, 0.0)),
        "leakyrelu": _Known("leaky_relu", (0.01, None)),
        "thresholdedrelu": _Known("thresholded_relu", (0.0, None), (1.0, None)),
        "scaledtanh": _Known("scaled_tanh", (0.0, 0.0), (1.0, 1.0)),
        "hardsigmoid": _Known("hard_sigmoid", (0.2, 0.5)),
        "elu": _Known("elu", (1.0, None)),
    }
)


def functions_of(name: str, node: Node, usual: Sequence[str], ways: int, asked: Asked) -> list[list[Function]]:
    """Return the activations of each direction of a node called ``name``, which has the ``usual`` ones if it says none.

    Raises
    ------
    BadNetwork
        If there are too few or too many, or one is not known.
    """
    names = node.attribute("activations").words or tuple(usual) * ways
    if len(names) != len(usual) * ways:
        raise BadNetwork("{name} has {found} activations; {expected} are expected.",
                         name=name, found=len(names), expected=len(usual) * ways)  # fmt: skip
    reading = _Activations(name, asked, _numbers(node, "activation_alpha"), _numbers(node, "activation_beta"))
    found = [reading.function(one) for one in names]
    return [found[place : place + len(usual)] for place in range(0, len(found), len(usual))]


def _numbers(node: Node, name: str) -> list[float]:
    numbers = node.attribute(name).numbers
    return [] if numbers is None else [short(number) for number in numbers]


@dataclass(frozen=True, slots=True)
class _Activations:
    """One reading of a node's activations; alpha and beta are used up by those that have any, one after another."""

    name: str
    asked: Asked
    alphas: list[float]
    betas: list[float]

    def function(self, activation: str) -> Function:
        """Return the next activation."""
        known = _ACTIVATIONS.get(activation.casefold())
        if known is None:
            raise BadNetwork("{name} has the activation “{activation}”, which is not known.",
                             name=self.name, activation=activation)  # fmt: skip
        usual = self._usual(activation, known)
        alpha, beta = (
            some.pop(0) if number is not None and some else number
            for some, number in zip((self.alphas, self.betas), usual, strict=True)
        )
        return function(known.name, alpha, beta)

    def _usual(self, activation: str, known: _Known) -> Numbers:
        """Return the numbers where they are left out: what the runtime takes is not always what the standard says."""
        lacks = any(
            number is not None and not some
            for number, some in zip(known.runtime, (self.alphas, self.betas), strict=True)
        )
        if known.standard is None or not lacks:
            return known.runtime
        said = Sentence(
            "{name} leaves out the numbers of its activation {activation}: onnxruntime takes {runtime}, the standard says"
            " {standard}.",
            {"name": self.name, "activation": activation, "runtime": _listed(known.runtime),
             "standard": _listed(known.standard)},
        )  # fmt: skip
        taken = self.asked.take(self.name, "activation numbers", (RUNTIME, STANDARD), RUNTIME, said)
        return known.runtime if taken == RUNTIME else known.standard


def short(number: float) -> float:
    """Return the shortest number that is the same in float32, in which the file has it."""
    return float(str(np.float32(number)))


def _listed(numbers: Sequence[float | None]) -> str:
    return ", ".join(f"{number:g}" for number in numbers if number is not None)
