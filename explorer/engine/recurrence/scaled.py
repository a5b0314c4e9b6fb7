"""The sum of a few matrices, each with its rows scaled anew at every step: what most of a Jacobian is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.engine.floats import Floats


def sum_of_scaled(out: Floats, coefficients: Sequence[Floats], matrices: Sequence[Floats]) -> None:
    """Write Σ_g diag(c_g) W_g into ``out`` (…, p, q) for coefficients (…, p) and matrices (p, q).

    Row i of all steps together is one product of matrices, (steps, g) by (g, q), which BLAS makes in one pass over ``out``;
    done term by term it takes ten times as long. A single term gets a second of zeros: NumPy leaves a product over an axis
    of one to slow loops.
    """
    p, q = matrices[0].shape
    G = max(2, len(matrices))
    c = np.zeros((*out.shape[:-2], p, G)) if len(matrices) < G else np.empty((*out.shape[:-2], p, G))
    W = np.zeros((p, G, q))
    for g, (coefficient, matrix) in enumerate(zip(coefficients, matrices, strict=True)):
        c[..., g], W[:, g] = coefficient, matrix
    if out.ndim == 2:
        out, c = out[None], c[None]
    np.matmul(np.moveaxis(c, -2, -3), W, out=np.moveaxis(out, -2, -3))
