"""
Training, and what each lag contributes
=======================================

The gradient of a loss is a sum over lags. The sum may be healthy while its long-lag terms are gone: then a network
learns what is near, and never what is far.
"""

# %%
# A task with a lag
# -----------------
#
# At the first step a sign is shown, then noise; at the end the network says which it was. Here are 64 sequences of 30
# steps to learn from, and 200 others to be asked about.

import numpy as np

from explorer.engine import Examples, Moment, Network, Settings, bptt, evaluate, train

rng = np.random.default_rng(0)


def made(count):
    signs = rng.integers(0, 2, count)
    sequences = 0.2 * rng.standard_normal((count, 30, 2))
    sequences[:, 0, 0] = 2.0 * signs - 1.0
    return Examples(list(sequences), list(signs), at="last")


learnt_from, asked = made(64), made(200)
x, sign = learnt_from.inputs[0], int(learnt_from.targets[0])

# %%
# Terms of the gradient
# ---------------------
#
# A network of 16 units with the gain 0.5 gets nothing from the step that matters: of ∂L/∂W the term with the lag 10 is
# 10^−3.4 of the one with the lag 0, that with the lag 28 is 10^−9.3. The sum hides it: all lags from 4 on together are
# 5 % of its length.

faint = Network.random(inputs=2, hidden=16, outputs=2, gain=0.5, seed=3)
gradient = bptt(faint.forward(x), sign, at="last")
lags = gradient.by_lag("W")
assert round((lags[10] - lags[0]) / np.log(10.0), 1) == -3.4
assert round((lags[28] - lags[0]) / np.log(10.0), 1) == -9.3

near = bptt(faint.forward(x), sign, at="last", window=4)
share = np.linalg.norm(gradient.W - near.W) / np.linalg.norm(gradient.W)
assert round(100 * share) == 5

# %%
# The terms add up to the whole, whichever way they are sorted.

whole = sum(gradient.term("W", 30, k) for k in range(1, 31))
np.testing.assert_allclose(whole, gradient.W, rtol=1e-10, atol=1e-14)

# %%
# Two starts
# ----------
#
# 60 updates with Adam at a rate of 0.01. From an orthogonal start, which keeps the gradient, the network tells more
# than 95 % of the others; from the faint one, where the gradient is gone, it has learnt what it saw by heart at best:
# below 65 %, where a guess is right at 50 %.


def trained(net, updates):
    moments = train(Moment.first(net), learnt_from, Settings(optimiser="adam", rate=0.01))
    return next(moment.network for moment in moments if moment.step == updates)


keeps = Network.random(inputs=2, hidden=16, outputs=2, init="orthogonal", seed=3)
learnt = trained(keeps, 60)
assert 100 * evaluate(learnt, asked).accuracy > 95
assert 50 <= 100 * evaluate(trained(faint, 60), asked).accuracy < 65

# %%
# The states of the one that has learnt it, along the first sequence.

learnt.forward(x).plot()
