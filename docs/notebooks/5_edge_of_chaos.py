"""
Lyapunov exponents and the edge of chaos
========================================

One pair tells of one gradient. What holds for nearly all of a long sequence is told by Lyapunov exponents: how fast
nearby states part, and so how fast a gradient grows or fades on its way back.
"""

# %%
# One network
# -----------
#
# A random tanh network of 100 units with the gain 2, left to itself: its largest exponent is above 0, so it is chaotic.
# Of the mean field, for units without end, it is 0.1547 nats a step; this small one is within 0.1 of it.

import numpy as np

import explorer
from explorer.engine import Network, kaplan_yorke_dimension, lyapunov_exponents, mean_field

assert round(mean_field("tanh", 2.0).rate, 4) == 0.1547

net = Network.random(inputs=1, hidden=100, outputs=1, gain=2.0, seed=0)
rng = np.random.default_rng(0)
trace = net.forward(np.zeros((120, 1)), s0=0.5 * rng.standard_normal(100))
exponents = lyapunov_exponents(trace, skip=40)
assert exponents[0] > 0
assert abs(exponents[0] - 0.1547) < 0.1

# %%
# The exponents add up to the mean of ln|det J|, whatever the network does. What it settles on has, by Kaplan and Yorke,
# a dimension between 14 and 21 of the 100 that it could have.

determinants = np.linalg.slogdet(trace.jacobians()[40:])[1].mean()
assert np.isclose(exponents.sum(), determinants)
assert 14 < kaplan_yorke_dimension(exponents) < 21

# %%
# Many networks
# -------------
#
# A sweep measures it at each gain for 3 seeds. Up to a gain of 0.75 every exponent is below 0, from 2 on every one is
# above: chaos. The edge lies between, the nearer to a gain of 1 the more units there are.

swept = explorer.sweep(
    {
        "preset": "chaos",
        "set": {"hidden": 48, "sequence.steps": 80, "t": 80},
        "quantities": ["lyapunov"],
        "skip": 30,
        "axes": {"gain": [0.5, 0.75, 1.0, 1.5, 2.0, 3.0], "seed": range(3)},
    }
)
assert (swept["lyapunov"][swept["gain"] <= 0.75] < 0.0).all()
assert (swept["lyapunov"][swept["gain"] >= 2.0] > 0.0).all()

# %%
# The dashed line is the mean field's.

swept.plot()

# %%
# Point at the curve below, and the point is told: the result is alive in the page as well.

swept
