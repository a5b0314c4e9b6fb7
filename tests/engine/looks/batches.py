"""Batches of random sequences of uneven lengths."""

from __future__ import annotations

import numpy as np

from explorer.engine.gradient.batch import Batch


def random_batch(network, loss="cross_entropy", at="every", seed=5):
    rng = np.random.default_rng(seed)
    lengths = [7, 3, 5]
    xs = [rng.normal(size=(T, network.inputs)) for T in lengths]
    p = len(network.c)
    lead = [(T,) if at == "every" else () for T in lengths]
    if loss == "cross_entropy":
        targets = [rng.integers(p, size=shape) for shape in lead]
    else:
        targets = [rng.uniform(size=(*shape, p)) for shape in lead]
    return Batch.of(network, xs, targets, loss, at)
