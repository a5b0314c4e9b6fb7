"""What was before a step, and the few functions that all papers have."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Past:
    """The states and the inputs before step ``t``, oldest first."""

    states: list
    inputs: np.ndarray
    t: int

    def s(self, ago=1):
        """Return the state so many steps before."""
        return self.states[-ago]

    def x(self, ago):
        """Return the input so many steps before, zero before the first."""
        return self.inputs[-ago] if ago <= len(self.inputs) else np.zeros(self.inputs.shape[1])


def sigmoid(z):
    """Return σ(z)."""
    return 1 / (1 + np.exp(-z))


def softplus(z):
    """Return ln(1 + e^z)."""
    return np.log(1 + np.exp(z))


def silu(z):
    """Return z σ(z)."""
    return z * sigmoid(z)


def affine(w, gate, x, h):
    """Return a gate's net input."""
    return w[f"U_{gate}"] @ x + w[f"W_{gate}"] @ h + w[f"b_{gate}"]


def ahead(w, gate, x):
    """Return the net input of a gate that does not see the state."""
    return w[f"U_{gate}"] @ x + w[f"b_{gate}"]
