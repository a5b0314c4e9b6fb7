"""What an expression that was written comes to in numbers, by rules of its own."""

import math

import numpy as np

from explorer.engine.recurrence.readings.gates import gates

ACTIVATIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    "logsigmoid": (lambda z: -np.log1p(np.exp(-z)), lambda z: 1 / (1 + np.exp(z))),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2),
    "silu": (lambda z: z / (1 + np.exp(-z)), lambda z: (1 + np.exp(-z) * (1 + z)) / (1 + np.exp(-z)) ** 2),
}
CALLS = {
    **{name: value for name, (value, _) in ACTIVATIONS.items()},
    "identity": lambda z: z, "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt,
    "sin": np.sin, "cos": np.cos, "abs": np.abs, "sign": np.sign, "floor": np.floor, "logaddexp": np.logaddexp,
    "maximum": np.maximum, "minimum": np.minimum, "sum": np.sum, "norm": lambda v: np.sqrt((v**2).sum()), "outer": np.outer,
    "diag": lambda v: np.diag(v), "where": lambda c, a, b: np.where(c != 0, a, b),
    "softmax": lambda v: np.exp(v) / np.exp(v).sum(), "logsumexp": lambda v: np.log(np.exp(v).sum()),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "hardsigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "modrelu": lambda z, b: np.sign(z) * np.maximum(abs(z) + b, 0),
    "expm": lambda A: sum(np.linalg.matrix_power(A, k) / float(math.factorial(k)) for k in range(40)),
}  # fmt: skip
OPERATORS = {
    "*": np.multiply, "/": np.divide, "**": np.power, "%": np.mod, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


class Names:
    """The names of a step: weights, inputs and states as given, what its lines made, the net inputs of its gates."""

    def __init__(self, step, weights, at, found=()):
        self.step, self.weights, self.at, self.made = step, dict(weights), at, {}
        self.weights |= {"n": step.width, "m": step.inputs}
        self.weights |= {constant.name: constant.value for constant in step.recurrence.constants}
        some = gates(step.recurrence)
        self.inputs = {gate.name: found[gate.node] for gate in some if found}
        if len(some) == 1 and found:
            self.inputs = {"": found[some[0].node]}

    def value(self, part):
        match part.kind:
            case "constant" | "weight":
                return self.weights[part.text] if part.text in self.weights else self.made[part.text]
            case "input":
                return self.at.input(part.delay)
            case "step":
                return self.at.t
            case "net input":
                return self.inputs[part.text]
        return self.made[part.text] if not part.delay else self.step.part(self.at.state(part.delay), part.text)


def evaluated(part, names):
    """The number, vector or matrix that an expression is."""
    args = [evaluated(one, names) for one in part.parts]
    match part.kind:
        case "number":
            return float(part.text)
        case "I":
            return np.eye(1)
        case "ones":
            return np.ones(names.step.width)
        case "sum":
            return _sum(part, args)
        case "call":
            return CALLS[part.text](*args)
        case "slope":
            return ACTIVATIONS[part.text][1](*args)
        case "transpose":
            return np.atleast_2d(args[0]).T if args[0].ndim == 2 else args[0][None, :]
        case "[]":
            return 1.0 * args[0]
        case "@":
            return _product(*args)
        case "⊗":
            return tuple(args)
    return OPERATORS[part.kind](*args) * 1.0 if args else names.value(part)


def _product(a, b):
    if a.ndim == 1 and b.ndim == 2 and b.shape[0] == 1:
        return a[:, None] @ b
    return a @ b


def _sum(part, args):
    size = max((len(a) for a in args if np.ndim(a) == 2), default=0)
    signs = [1.0 if sign == "+" else -1.0 for sign in part.text]
    return sum(
        sign * (a[0, 0] * np.eye(size) if np.shape(a) == (1, 1) else a) for sign, a in zip(signs, args, strict=True)
    )
