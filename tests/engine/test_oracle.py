"""States, outputs and Jacobians against PyTorch's autograd (``benchmarks/make_oracle.py`` made the file)."""

import numpy as np
import pytest

from explorer.engine import Network, gradient_flow

from .reference import ORACLE, logarithm, oracle_name

pytestmark = pytest.mark.parametrize("case", ORACLE, ids=oracle_name)


def trace_of(case):
    arrays = {name: np.array(value) for name, value in case["weights"].items()}
    network = Network.from_arrays(cell=case["cell"], activation=case["activation"], readout="softmax", **arrays)
    return network.forward(np.array(case["x"]), s0=np.array(case["s"][0]))


def pairs(case):
    return [(*map(int, pair.split(",")), np.array(P)) for pair, P in case["products"].items()]


def test_states_are_those_of_pytorch(case):
    np.testing.assert_allclose(trace_of(case).s, case["s"], rtol=1e-12, atol=1e-13)


def test_logits_and_outputs_are_those_of_pytorch(case):
    trace = trace_of(case)
    np.testing.assert_allclose(trace.y, case["y"], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(trace.o, case["o"], rtol=1e-12, atol=1e-13)


def test_jacobians_are_those_of_autograd(case):
    J = trace_of(case).jacobians()
    for t, k, P in pairs(case):
        if t == k + 1:
            np.testing.assert_allclose(J[k], P, rtol=1e-11, atol=1e-13)


def test_products_are_those_of_autograd(case):
    flow = gradient_flow(trace_of(case))
    for t, k, P in pairs(case):
        matrix, log_scale = flow.product(t, k)
        np.testing.assert_allclose(matrix * np.exp(log_scale), P, rtol=1e-10, atol=1e-12 * np.abs(P).max())


def test_log_norms_are_those_of_autograd(case):
    flow = gradient_flow(trace_of(case))
    spectral = flow.log_spectral_norm()
    for t, k, P in pairs(case):
        assert flow.log_norm[t, k] == pytest.approx(logarithm(np.linalg.norm(P)), abs=1e-10)
        assert spectral[t, k] == pytest.approx(logarithm(np.linalg.norm(P, 2)), abs=1e-9)


def test_log_singular_values_are_those_of_autograd(case):
    flow = gradient_flow(trace_of(case))
    for t, k, P in pairs(case):
        expected = np.linalg.svd(P, compute_uv=False)
        resolved = expected > 1e-6 * expected[0]
        actual = flow.log_singular_values(t, k)
        np.testing.assert_allclose(actual[resolved], np.log(expected[resolved]), rtol=0, atol=1e-9)
