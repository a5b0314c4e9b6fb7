"""
Vanishing, by hand
==================

A gradient that goes back through time is a product of Jacobians. Here it is multiplied by hand, with NumPy alone, and
then left to `gradient_flow`, which gives every pair of steps at once and never underflows.
"""

# %%
# One unit
# --------
#
# The smallest recurrent network is s = tanh(2 s). From a state of 0.5 it settles at 0.9575, where one step's Jacobian,
# J = 2 (1 − s²), is 0.1664: the gradient loses 1.7935 nats a step.

import numpy as np

from explorer.engine import Network, gradient_flow

s = 0.5
for _ in range(60):
    s = np.tanh(2.0 * s)
J = 2.0 * (1.0 - s**2)

assert round(s, 4) == 0.9575
assert round(J, 4) == 0.1664
assert round(np.log(J), 4) == -1.7935

# %%
# The same as a network of one unit. After 500 steps the gain is e^−894.2, which is 0 in float64: it is kept as a
# logarithm.

net = Network.from_arrays(U=[[0.0]], W=[[2.0]])
trace = net.forward(np.zeros((500, 1)), s0=[0.5])
flow = gradient_flow(trace)

by_hand = np.log(2.0 * (1.0 - trace.s[1:, 0] ** 2)).sum()
assert np.isclose(flow.log_norm[500, 0], by_hand)
assert round(by_hand, 1) == -894.2
assert np.exp(by_hand) == 0

# %%
# Many units
# ----------
#
# With 16 units a step's Jacobian is a matrix, J = diag(1 − s²) W, and ∂s_t/∂s_k is the product of those between. All
# 861 pairs of 40 steps are in `flow.log_norm`, and each is the norm of the product that is multiplied here.

rng = np.random.default_rng(0)
net = Network.random(inputs=2, hidden=16, outputs=1, gain=1.2, seed=0)
trace = net.forward(rng.standard_normal((40, 2)))
flow = gradient_flow(trace)

P = np.eye(16)
for t in range(11, 31):
    P = np.diag(1.0 - trace.s[t] ** 2) @ net.W @ P
assert np.isclose(np.log(np.linalg.norm(P)), flow.log_norm[30, 10])
assert np.isfinite(flow.log_norm).sum() == 861

# %%
# At the end of a cell of a notebook the flow shows itself: point at the map, click a row, and read what becomes of its
# gradient.

flow

# %%
# A linear network
# ----------------
#
# Without a nonlinearity the product is a power of W. An orthogonal W keeps every length: the gain is 1 after 40 steps.
# Half of it loses ln 2 = 0.693 nats a step, whatever the input says.

keep = Network.random(inputs=2, hidden=16, outputs=1, init="orthogonal", activation="identity", seed=0)
flow = gradient_flow(keep.forward(rng.standard_normal((40, 2))))
assert np.isclose(np.exp(flow.log_gain[40, 0]), 1.0)

half = Network.from_arrays(activation="identity", U=keep.U, W=0.5 * keep.W)
flow = gradient_flow(half.forward(rng.standard_normal((40, 2))))
assert np.isclose(flow.log_gain[40, 0] / 40, -np.log(2.0))
assert round(np.log(2.0), 3) == 0.693

flow
