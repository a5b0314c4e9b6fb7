"""
Why a forget bias
=================

An LSTM is told to begin with a forget bias of 1. What does that buy, and for how long?
"""

# %%
# Along the cell
# --------------
#
# Where nothing else depends on the state, ∂c_t/∂c_k is the product of the forget gates. A bias of 1 is a gate of f =
# 0.731: of a gradient half is left after 2.2 steps. It needs a bias of 4 for a half-life of 38 steps.

import numpy as np

from explorer.engine import Network, gradient_flow, split_paths


def half_life(bias):
    return np.log(0.5) / -np.log1p(np.exp(-bias))


assert round(1.0 / (1.0 + np.exp(-1.0)), 3) == 0.731
assert round(half_life(1.0), 1) == 2.2
assert round(half_life(4.0)) == 38

# %%
# In a network with no recurrent weights that is all there is: the flow from cell to cell over 20 steps is 20 times ln
# f.


def lstm(forget_bias):
    return Network.random(cell="lstm", inputs=2, hidden=24, outputs=1, forget_bias=forget_bias, gain=0.3, seed=1)


x = np.zeros((60, 2))
still = lstm(1.0)
still = Network.from_arrays(cell="lstm", U=still.U, W=0.0 * still.W, b=still.b)
cells = gradient_flow(still.forward(x)).block("c", "c")
assert np.isclose(cells.log_gain[20, 0], 20 * np.log(1.0 / (1.0 + np.exp(-1.0))))

# %%
# With weights
# ------------
#
# A network that hears something, with recurrent weights of the gain 0.3: over 60 steps a forget bias of 0 leaves
# 10^−16.2 of a gradient, a bias of 1 leaves 10^−7.3, one of 4 leaves 10^−0.1. How much is needed depends on how far
# back there is something to be learnt.

x = 0.5 * np.random.default_rng(0).standard_normal((60, 2))
left = {bias: gradient_flow(lstm(bias).forward(x)).log_gain[60, 0] / np.log(10.0) for bias in (0.0, 1.0, 4.0)}
assert [round(gain, 1) for gain in left.values()] == [-16.2, -7.3, -0.1]

# %%
# Which way it went is asked of `split_paths`. With a bias of 1 the direct path, every gate held fixed, brings e^−17.8,
# and what goes through the gates and their weights e^−15.0: of the little that arrives, most did not come along the
# cell alone.

paths = split_paths(lstm(1.0).forward(x), 60, 0)
assert round(paths.direct[0], 1) == -17.8
assert round(paths.gates[0], 1) == -15.0

# %%
# For a memory of T steps, Tallec and Ollivier (2018) draw the biases as ln U(1, T − 1), so that the network has every
# time scale up to it. The gate of the slowest unit of T = 100 is f = 0.990.

slowest = 1.0 / (1.0 + np.exp(-np.log(100.0 - 1.0)))
assert round(slowest, 3) == 0.990

gradient_flow(lstm(4.0).forward(x))
