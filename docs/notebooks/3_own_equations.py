"""
Equations of your own
=====================

A cell is its equations, in the notation of NumPy. What is read before it is assigned is the state of the step before;
capitals are weight matrices, small letters vectors. All else follows: its Jacobian, its flow, its gradients.
"""

# %%
# A cell in three lines
# ---------------------
#
# The minimal gated unit (Zhou, Wu, Zhang and Zhou 2016) has one gate. Read from the text it has 1 state and 6 weights.

import numpy as np

from explorer.engine import BadEquations, Layer, Network, Recurrence, bptt, gradient_check, gradient_flow

minimal = Recurrence.parse(
    """
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
""",
    name="minimal",
)
assert len(minimal.states) == 1
assert len(minimal.weights) == 6

# %%
# In a network of 20 units its flow is that of any cell. Over 50 steps it keeps 10^−9.2 of a gradient, where the simple
# cell with the same gain keeps 10^−16.9.

x = np.random.default_rng(0).standard_normal((50, 3))


def kept(cell):
    net = Network.random(layers=[Layer(cell, 20)], inputs=3, outputs=2, seed=0)
    return gradient_flow(net.forward(x)).log_gain[50, 0] / np.log(10.0)


assert round(kept(minimal), 1) == -9.2
assert round(kept("rnn"), 1) == -16.9

# %%
# Its gradients are exact: compared with tangents and with central differences, they agree to better than 1e-6.

net = Network.random(layers=[Layer(minimal, 20)], inputs=3, outputs=2, seed=0)
trace = net.forward(x)
assert gradient_check(trace, 1, at="last") < 1e-6
assert bptt(trace, 1, at="last").parameters["1/W_f"].shape == (20, 20)

# %%
# What is wrong with a line is told with its column: here the bracket at column 9 is never closed.

try:
    Recurrence.parse("h = tanh(U @ x + W @ h")
except BadEquations as refusal:
    said = str(refusal)
assert "column 9" in said

# %%
# A memory of two steps
# ---------------------
#
# Brackets are delays: ``h[2]`` is the state of 2 steps before. A cell that adds 0.9 of it to what it hears keeps a
# gradient at even lags, 0.9 of it every 2 steps, and nothing at all at odd ones: a true zero, which is −inf and not
# merely small.

echo = Recurrence.parse("h = 0.9 * h[2] + U @ x", name="echo")
flow = gradient_flow(Network.random(layers=[Layer(echo, 4)], inputs=3, outputs=1, seed=0).forward(x))
assert np.isclose(np.exp(flow.log_gain[2, 0]), 0.9)
assert flow.log_gain[3, 0] == -np.inf

flow
