"""Keras's activation functions, by the settings, and by the version where these are silent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.equations.functions import SIGMOID, TANH, Function, function
from explorer.workspace.models.frameworks.keras_settings import LayerSettings, snake
from explorer.workspace.words.sentence import Sentence

_SAME = {
    "linear": "identity", "swish": "silu", "silu": "silu", "exponential": "exponential", "relu6": "relu6",
    "hard_tanh": "hard_tanh", "mish": "mish", "softmax": "softmax", "tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu",
    "softsign": "softsign", "softplus": "softplus", "elu": "elu", "selu": "selu",
}  # fmt: skip
_SHAPED = {"LeakyReLU": ("leaky_relu", ("negative_slope", "alpha")), "ELU": ("elu", ("alpha",))}
SIXTH, FIFTH = "z/6 + 1/2", "0.2 z + 1/2"
SLOPES = (SIXTH, FIFTH)


@dataclass(frozen=True, slots=True)
class Functions:
    """The version of Keras that wrote a file, "" where it does not say, and whom to ask."""

    version: str
    asked: Asked

    @property
    def number(self) -> tuple[int, int] | None:
        """Return the first two numbers of the version."""
        match = re.match(r"(\d{1,4})\.(\d{1,4})", self.version)
        return None if match is None else (int(match[1]), int(match[2]))

    def hard_sigmoid(self, about: str) -> Function:
        """Return Keras's hard sigmoid: its slope is another one since Keras 3."""
        number = self.number
        if number is not None:
            taken = SIXTH if number >= (3, 0) else FIFTH
        else:
            said = Sentence("The file does not say which version of Keras wrote it: the hard sigmoid has two forms.")
            taken = self.asked.take(about, "slope", SLOPES, FIFTH, said)
        return function("hard_sigmoid", 1 / 6) if taken == SIXTH else function("hard_sigmoid", 0.2)

    def named(self, about: str, told: object) -> Function:
        """Return a function by what the settings say of it: its name, or a layer with numbers of its own.

        Raises
        ------
        BadNetwork
            If it is one that a program defines.
        """
        if isinstance(told, Mapping):
            return self._told(about, told)
        # TensorFlow.js has names of its own.
        name = "identity" if told is None else snake(str(told))
        if name == "hard_sigmoid":
            return self.hard_sigmoid(about)
        if name == "leaky_relu":
            return function("leaky_relu", 0.2)
        if name not in _SAME and name != "identity":
            raise BadNetwork("The activation function “{name}” is not known here.", name=name[:60])
        return function(_SAME.get(name, name))

    def _told(self, about: str, told: Mapping[str, object]) -> Function:
        settings = told.get("config")
        kind = str(told.get("class_name"))
        if isinstance(settings, str):
            return self.named(about, settings)
        if kind in _SHAPED and isinstance(settings, Mapping):
            name, keys = _SHAPED[kind]
            number = next((settings[key] for key in keys if isinstance(settings.get(key), (int, float))), None)
            return function(name, None if number is None else float(number))
        raise BadNetwork("The activation function “{name}” is not known here.", name=kind[:60])


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a cell does: its functions, and of a GRU whether the reset gate stands behind the matrix; and the layout."""

    gate: Function = SIGMOID
    candidate: Function = TANH
    reset_after: bool = False
    cudnn: bool = False


def functions_of(functions: Functions, about: str, cell: LayerSettings | None, gates: int, cudnn: bool) -> Chosen:
    """Return what a cell does by its settings, or by what was usual where the file has none.

    Raises
    ------
    BadNetwork
        If it has a function that is not known.
    """
    if cudnn:
        return Chosen(reset_after=True, cudnn=True)
    if cell is not None and "activation" in cell.settings:
        candidate = functions.named(about, cell.settings["activation"])
        gate = SIGMOID
        if gates > 1:
            usual = _usual_gate(functions)
            gate = functions.named(about, cell.settings.get("recurrent_activation", usual))
        return Chosen(gate, candidate, bool(cell.settings.get("reset_after", False)))
    said = Sentence("The file has weights alone: which functions its layers have is not in it.")
    chosen = functions.asked.take(about, "activation", ("tanh", "relu", "linear", "sigmoid"), "tanh", said)
    if gates == 1:
        return Chosen(candidate=functions.named(about, chosen))
    gate_name = functions.asked.take(about, "gates", ("sigmoid", "hard_sigmoid"), _usual_gate(functions), said)
    return Chosen(functions.named(about, gate_name), functions.named(about, chosen))


def _usual_gate(functions: Functions) -> str:
    """Return the function that gates had by default: Keras 2.0 to 2.2 had the hard sigmoid."""
    number = functions.number
    return "hard_sigmoid" if number is not None and number < (2, 3) and "tf" not in functions.version else "sigmoid"
