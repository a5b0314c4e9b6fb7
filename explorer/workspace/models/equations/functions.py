"""Activation functions of the frameworks, as equations in our notation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from explorer.engine.errors import BadNetwork
from explorer.engine.names import unknown
from explorer.engine.recurrence.activations import ACTIVATIONS


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a net input: ``text`` in our notation, in which {z} stands for its argument."""

    name: str
    text: str

    def of(self, argument: str) -> str:
        """Return the text of the function's value at an argument, which is one name or a bracketed expression."""
        return self.text.format(z=argument)

    @property
    def once(self) -> bool:
        """Return whether the argument is written once, so that it needs no name of its own."""
        return self.text.count("{z}") == 1


def _slope(value: float) -> str:
    """Return a number as equations read it."""
    return f"{value!r}" if value >= 0 else f"(-{-value!r})"


def _simple(text: str) -> Callable[[float | None, float | None], str]:
    return lambda alpha, beta: text  # noqa: ARG005


def _elu(alpha: float | None, beta: float | None) -> str:  # noqa: ARG001
    # The side that is not taken must not overflow.
    return "where({z} > 0.0, {z}, " + _slope(1.0 if alpha is None else alpha) + " * expm1(minimum({z}, 0.0)))"


_SELU = 1.0507009873554805, 1.6732632423543772
_TEXTS: Mapping[str, Callable[[float | None, float | None], str]] = MappingProxyType(
    {
        "tanh": _simple("tanh({z})"),
        "sigmoid": _simple("sigmoid({z})"),
        "relu": _simple("relu({z})"),
        "identity": _simple("({z})"),
        "softsign": _simple("softsign({z})"),
        "softplus": _simple("softplus({z})"),
        "silu": _simple("({z} * sigmoid({z}))"),
        "exponential": _simple("exp({z})"),
        "softmax": _simple("softmax({z})"),
        "relu6": _simple("minimum(relu({z}), 6.0)"),
        "hard_tanh": _simple("maximum(minimum({z}, 1.0), -1.0)"),
        "gelu_tanh": _simple("(0.5 * {z} * (1.0 + tanh(0.7978845608028654 * ({z} + 0.044715 * {z} * {z} * {z}))))"),
        "mish": _simple("({z} * tanh(softplus({z})))"),
        "elu": _elu,
        "selu": lambda alpha, beta: (  # noqa: ARG005
            f"where({{z}} > 0.0, {_SELU[0]} * {{z}}, {_SELU[0] * _SELU[1]} * expm1(minimum({{z}}, 0.0)))"
        ),
        "leaky_relu": lambda alpha, beta: (  # noqa: ARG005
            "where({z} > 0.0, {z}, " + _slope(0.01 if alpha is None else alpha) + " * {z})"
        ),
        "thresholded_relu": lambda alpha, beta: (  # noqa: ARG005
            "where({z} > " + _slope(1.0 if alpha is None else alpha) + ", {z}, 0.0 * {z})"
        ),
        "affine": lambda alpha, beta: (
            f"({_slope(1.0 if alpha is None else alpha)} * {{z}} + {_slope(0.0 if beta is None else beta)})"
        ),
        "scaled_tanh": lambda alpha, beta: (
            f"({_slope(1.0 if alpha is None else alpha)} * tanh({_slope(1.0 if beta is None else beta)} * {{z}}))"
        ),
        "hard_sigmoid": lambda alpha, beta: (
            f"minimum(maximum({_slope(0.2 if alpha is None else alpha)} * {{z}} + "
            f"{_slope(0.5 if beta is None else beta)}, 0.0), 1.0)"
        ),
    }
)


def function(name: str, alpha: float | None = None, beta: float | None = None) -> Function:
    """Return an activation function by its name here; ``alpha`` and ``beta`` where it has such, else its usual numbers.

    "hard_sigmoid" is clip(αz + β, 0, 1), by default with Keras 2's 0.2z + ½; "identity" is what others call linear.

    Raises
    ------
    BadNetwork
        If the equations have no such function.
    """
    if name not in _TEXTS:
        raise unknown("activation function", name, _TEXTS, BadNetwork)
    return Function(name, _TEXTS[name](alpha, beta))


def is_choice_of_simple(one: Function) -> bool:
    """Return whether f(…) of the simple cell that ships can stand for the function."""
    return one.name in ACTIVATIONS


TANH, SIGMOID = function("tanh"), function("sigmoid")
