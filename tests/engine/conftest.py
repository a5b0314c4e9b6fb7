"""Random networks of every cell and activation, and the traces they make."""

import numpy as np
import pytest

from explorer.engine import Network

KINDS = [
    ("rnn", "tanh"),
    ("rnn", "sigmoid"),
    ("rnn", "relu"),
    ("rnn", "identity"),
    ("lstm", "tanh"),
    ("gru", "tanh"),
]


@pytest.fixture(params=KINDS, ids=lambda kind: "-".join(kind))
def kind(request):
    """A cell and its activation."""
    return request.param


@pytest.fixture(scope="session")
def random_trace():
    """A function from (cell, activation) and sizes to the trace of a seeded random network on noise."""

    def build(kind, hidden=6, steps=12, gain=1.2, seed=0, init="gaussian", s0_scale=0.3):
        cell, activation = kind
        network = Network.random(
            cell=cell, activation=activation, inputs=3, hidden=hidden, outputs=2,
            init=init, gain=gain, bias=0.0, seed=seed,
        )  # fmt: skip
        rng = np.random.default_rng((seed, 99))
        width = 2 * hidden if cell == "lstm" else hidden
        return network.forward(rng.normal(size=(steps, 3)), s0=s0_scale * rng.normal(size=width))

    return build


@pytest.fixture(scope="session")
def simple():
    """A function that makes a simple network out of W and what else is not zero."""

    def build(W, activation="identity", U=None, b=None):
        W = np.atleast_2d(np.asarray(W, dtype=float))
        n = len(W)
        U = np.zeros((n, 1)) if U is None else np.asarray(U, dtype=float)
        b = np.zeros(n) if b is None else np.asarray(b, dtype=float)
        return Network.from_arrays(
            cell="rnn", activation=activation, U=U, W=W, b=b, V=np.eye(n), c=np.zeros(n), readout="identity"
        )

    return build
