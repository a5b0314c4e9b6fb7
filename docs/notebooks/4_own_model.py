"""
A model of your own
===================

A file of weights is opened without its framework: here one with the names of PyTorch, saved by NumPy. The numbers are
those of the framework, and every layer can be looked at alone.
"""

# %%
# A file
# ------
#
# What ``torch.nn.LSTM(3, 12, bidirectional=True)`` calls its arrays; ``np.savez("model.npz", **state)`` of a real one's
# ``state_dict()`` does as well. The gates stand as i, f, g, o.

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from explorer.engine import gradient_flow
from explorer.models import load

rng = np.random.default_rng(0)
shapes = {"weight_ih_l0": (48, 3), "weight_hh_l0": (48, 12), "bias_ih_l0": (48,), "bias_hh_l0": (48,)}
state = {
    f"rnn.{name}{way}": 0.4 * rng.standard_normal(shape) for way in ("", "_reverse") for name, shape in shapes.items()
}

with TemporaryDirectory() as folder:
    np.savez(Path(folder) / "model.npz", **state)
    found = load(Path(folder) / "model.npz")

# %%
# What is in it
# -------------
#
# One network of 2 directions, each of which is a layer that can be looked at alone.

assert len(found.networks) == 1
assert len(found.layers) == 2
net = next(iter(found.networks.values()))
trace = net.forward(rng.standard_normal((30, 3)))

# %%
# The first step by hand, as the documentation of PyTorch has it: the states agree to 1e-12.


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


z = state["rnn.weight_ih_l0"] @ trace.x[0] + state["rnn.bias_ih_l0"] + state["rnn.bias_hh_l0"]
i, f, g, o = np.split(z, 4)
forward, backward = trace.chains.values()
h = sigmoid(o) * np.tanh(sigmoid(i) * np.tanh(g))
np.testing.assert_allclose(forward.s[1, forward.parts["h"]], h, rtol=1e-12)

# %%
# What it hears
# -------------
#
# Each direction is a chain with a flow of its own. The backward one runs from the end: its ∂s_t/∂s_k are those of t ≤
# k, and the rest is not defined. Of the first state's gradient 1.1·10⁻⁴ is left at the end of 30 steps, and of the last
# one's 3.7·10⁻⁶ at the start.

there, back = gradient_flow(forward), gradient_flow(backward)
assert np.isnan(there.log_norm[0, 30])
assert np.isnan(back.log_norm[30, 0])
assert f"{np.exp(back.log_gain[0, 30]):.1e}" == "1.1e-04"
assert f"{np.exp(there.log_gain[30, 0]):.1e}" == "3.7e-06"

trace
