"""By how much what single steps are off reaches a product."""

import numpy as np
import pytest

from explorer.engine.flow import certify
from explorer.engine.norms import norm_of_logs


def norms_of(T, rate, noise, seed=0):
    """Log norms as those of a chain: about those of its steps, less where products cancel."""
    rng = np.random.default_rng(seed)
    way = np.cumsum(rate + noise * rng.standard_normal(T + 1))
    L = way[:, None] - way + np.tri(T + 1, k=-1) * rng.uniform(0, 3, (T + 1, T + 1))
    L[np.triu_indices(T + 1, 1)] = np.nan
    return L, rng.normal(-30, 2, T)


@pytest.mark.parametrize(("rate", "noise"), [(-0.3, 0.5), (-40.0, 3.0), (0.2, 300.0)])
@pytest.mark.parametrize("zeros", [False, True])
def test_errors_of_steps_reach_a_pair_by_every_way_through_it(rate, noise, zeros, monkeypatch):
    monkeypatch.setattr(certify, "_TILE", 16)
    T = 40
    L, reach = norms_of(T, rate, noise)
    reach[::5] = -np.inf
    if zeros:
        L[25:, :11] = -np.inf
    wanted = np.tri(T + 1, dtype=bool, k=-1) & (-np.inf < L)
    wanted[30:, 12] = False
    with np.errstate(all="ignore"):
        growth = certify._growth(L, L, reach, wanted, lambda: False)
        for t, k in np.argwhere(wanted):
            terms = L[t, k + 1 : t + 1] + reach[k:t] + L[k:t, k] - L[t, k]
            expected = norm_of_logs(terms[~np.isnan(terms)])
            np.testing.assert_allclose(np.log(growth[t, k]), expected if expected < 709 else np.inf, rtol=1e-9)
    assert (growth[~wanted] == 0.0).all()
