"""What the engine refuses, in a sentence that names the culprit; and what it takes: overflow is a result."""

import numpy as np
import pytest

from explorer.engine import Network, bptt, gradient_flow, lyapunov_exponents
from explorer.engine.errors import BadNetwork, BadSequence, BadTargets, Refusal

RANDOM = {
    "cell": "rnn", "activation": "tanh", "inputs": 2, "hidden": 3, "outputs": 2,
    "init": "gaussian", "gain": 1.0, "bias": 0.0, "seed": 0,
}  # fmt: skip


def arrays(**changed):
    fine = {"U": np.ones((3, 2)), "W": np.eye(3), "b": np.zeros(3), "V": np.ones((2, 3)), "c": np.zeros(2)}
    return {"cell": "rnn", "activation": "tanh", **fine, **changed}


@pytest.mark.parametrize(
    ("culprit", "array"),
    [
        ("W", np.ones((3, 4))),
        ("W", np.ones(3)),
        ("W", np.zeros((0, 0))),
        ("U", np.ones((4, 2))),
        ("U", np.ones(3)),
        ("b", np.zeros(4)),
        ("b", np.zeros((3, 1))),
        ("V", np.ones((2, 4))),
        ("c", np.zeros(3)),
    ],
)
def test_wrong_shape_is_refused_by_name(culprit, array):
    with pytest.raises(BadNetwork, match=rf"\b{culprit}\b"):
        Network.from_arrays(**arrays(**{culprit: array}))


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 4), ("gru", 3)])
def test_gated_cells_refuse_a_W_that_has_not_all_gates(cell, gates):
    good = {"U": np.ones((gates * 3, 2)), "W": np.ones((gates * 3, 3)), "b": np.zeros(gates * 3)}
    Network.from_arrays(**arrays(cell=cell, **good))
    for culprit in good:
        with pytest.raises(BadNetwork, match=rf"\b{culprit}\b"):
            Network.from_arrays(**arrays(cell=cell, **{**good, culprit: good[culprit][:-3]}))


def test_recurrent_bias_of_the_wrong_length_is_refused_by_name():
    good = {"U": np.ones((9, 2)), "W": np.ones((9, 3)), "b": np.zeros(9)}
    with pytest.raises(BadNetwork, match="b_rec"):
        Network.from_arrays(**arrays(cell="gru", b_rec=np.zeros(4), **good))


@pytest.mark.parametrize("culprit", ["U", "W", "b", "V", "c"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weight_that_is_not_finite_is_refused_by_name(culprit, value):
    array = arrays()[culprit].copy()
    array.flat[-1] = value
    with pytest.raises(BadNetwork, match=rf"\b{culprit}\b"):
        Network.from_arrays(**arrays(**{culprit: array}))


@pytest.mark.parametrize("culprit", ["U", "W", "b", "V", "c"])
def test_weight_that_is_no_number_is_refused_by_name(culprit):
    with pytest.raises(BadNetwork, match=rf"\b{culprit}\b"):
        Network.from_arrays(**arrays(**{culprit: [["a", "b"], ["c"]]}))


@pytest.mark.parametrize("what", ["cell", "activation", "init"])
def test_unknown_name_is_refused_with_the_known_ones(what):
    known = {"cell": "lstm", "activation": "sigmoid", "init": "orthogonal"}[what]
    with pytest.raises(BadNetwork, match=rf"nonsense.*{known}"):
        Network.random(**{**RANDOM, what: "nonsense"})


def test_unknown_readout_is_refused():
    with pytest.raises(BadNetwork, match=r"nonsense.*softmax"):
        Network.from_arrays(**arrays(readout="nonsense"))


@pytest.mark.parametrize("size", ["inputs", "hidden", "outputs"])
@pytest.mark.parametrize("value", [0, -3])
def test_network_without_units_is_refused(size, value):
    with pytest.raises(BadNetwork, match=size):
        Network.random(**{**RANDOM, size: value})


@pytest.mark.parametrize("number", ["gain", "bias"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_gain_and_bias_that_are_not_finite_are_refused(number, value):
    with pytest.raises(BadNetwork):
        Network.random(**{**RANDOM, number: value})


@pytest.mark.parametrize(
    "x",
    [
        np.ones(4),
        np.ones((4, 3)),
        np.ones((0, 2)),
        np.ones((2, 4, 2)),
        [[1.0, np.nan]],
        [[np.inf, 0.0]],
        [["a", "b"]],
    ],
)
def test_sequence_that_does_not_fit_is_refused(x):
    with pytest.raises(BadSequence, match=r"\bx\b"):
        Network.random(**RANDOM).forward(x)


@pytest.mark.parametrize("s0", [np.zeros(2), np.zeros(6), np.zeros((1, 3)), [0.0, np.nan, 0.0], 0.0])
def test_initial_state_that_does_not_fit_is_refused(s0):
    with pytest.raises(Refusal, match=r"s0|s_0|initial state"):
        Network.random(**RANDOM).forward(np.ones((4, 2)), s0=s0)


def test_initial_state_of_lstm_is_h_then_c():
    network = Network.random(**{**RANDOM, "cell": "lstm"})
    with pytest.raises(Refusal):
        network.forward(np.ones((4, 2)), s0=np.zeros(3))
    np.testing.assert_array_equal(network.forward(np.ones((4, 2)), s0=np.arange(6.0)).s[0], np.arange(6.0))


def test_initial_state_is_zero_unless_given(kind):
    cell, activation = kind
    trace = Network.random(**{**RANDOM, "cell": cell, "activation": activation}).forward(np.ones((2, 2)))
    assert not trace.s[0].any()


@pytest.mark.parametrize("pair", [(5, 0), (2, 3), (3, -1), (-1, -1)])
def test_pair_outside_the_triangle_is_refused(pair):
    flow = gradient_flow(Network.random(**RANDOM).forward(np.ones((4, 2))))
    with pytest.raises((Refusal, IndexError, ValueError)):
        flow.product(*pair)
    with pytest.raises((Refusal, IndexError, ValueError)):
        flow.log_singular_values(*pair)


def test_every_array_handed_out_is_read_only(kind):
    cell, activation = kind
    network = Network.random(**{**RANDOM, "cell": cell, "activation": activation})
    trace = network.forward(np.ones((4, 2)))
    flow = gradient_flow(trace)
    handed = [
        getattr(network, name) for name in ("U", "W", "b", "V", "c", "b_rec") if getattr(network, name) is not None
    ]
    handed += [trace.x, trace.s, trace.z, trace.y, trace.o, trace.jacobians()]
    handed += [flow.log_norm, flow.log_spectral_norm(), flow.log_bound, flow.log_step_norms()]
    for array in handed:
        with pytest.raises(ValueError, match="read-only"):
            array.flat[0] = 1.0


def test_arrays_given_are_copied():
    W, x, s0 = np.eye(3), np.ones((4, 2)), np.zeros(3)
    network = Network.from_arrays(**arrays(W=W))
    trace = network.forward(x, s0=s0)
    W[:], x[:], s0[:] = 7.0, 7.0, 7.0
    np.testing.assert_array_equal(network.W, np.eye(3))
    np.testing.assert_array_equal(trace.x, 1.0)
    np.testing.assert_array_equal(trace.s[0], 0.0)


@pytest.mark.parametrize("gain", [50.0, 200.0])
def test_states_that_overflow_are_results_without_a_warning(gain):
    network = Network.random(**{**RANDOM, "activation": "relu", "init": "identity", "gain": gain, "bias": 1.0})
    trace = network.forward(np.ones((400, 2)))
    flow = gradient_flow(trace)
    assert not np.isfinite(trace.s).all()
    assert flow.log_norm[100, 0] == pytest.approx(flow.log_spectral_norm()[100, 0], abs=0.5 * np.log(3) + 1e-9)
    assert np.isnan(flow.log_norm[400, 0]) or np.isfinite(flow.log_norm[400, 0])


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_every_question_to_an_overflowing_network_has_an_answer(activation):
    network = Network.random(**{**RANDOM, "activation": activation, "gain": 50.0, "hidden": 6})
    trace = network.forward(np.random.default_rng(0).normal(size=(400, 2)))
    flow = gradient_flow(trace)
    assert flow.log_spectral_norm().shape == flow.log_norm.shape == (401, 401)
    assert flow.log_singular_values(400, 0).shape == (6,)
    assert flow.product(400, 0)[0].shape == (6, 6)
    assert lyapunov_exponents(trace).shape == (6,)


def test_a_nan_jacobian_spoils_the_products_it_enters_and_no_other(simple):
    """x is so large that U x overflows at step 5."""
    trace = simple(0.5 * np.eye(2), "relu", U=1e200 * np.eye(2)[:, :1] - 1e200 * np.eye(2)[:, 1:]).forward(
        np.where(np.arange(9) == 4, 1e200, 1e-200)[:, None]
    )
    table = gradient_flow(trace).log_norm
    t, k = np.indices(table.shape)
    sound = (k <= t) & ((t < 5) | (k >= 5))
    bad = np.isnan(trace.jacobians()).any(axis=(1, 2))
    if not bad.any():
        return
    first = int(np.argmax(bad)) + 1
    sound = (k <= t) & (t < first)
    assert np.isfinite(table[sound]).all()
    assert np.isnan(table[first:, :first]).all()


class Tracked:
    """As a tensor of PyTorch that is still to be derived by."""

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")


def test_tensor_that_is_still_to_be_derived_by_is_refused_with_what_to_do():
    net = Network.random(inputs=2, hidden=3, outputs=1)
    with pytest.raises(BadNetwork, match=r"^U is not an array of numbers: .*detach"):
        Network.from_arrays(U=Tracked(), W=np.eye(2))
    with pytest.raises(BadSequence, match=r"^x is not an array of numbers: .*detach"):
        net.forward(Tracked())
    for loss in ("squared_error", "cross_entropy"):
        with pytest.raises(BadTargets, match=r"^The targets are not an array of numbers: .*detach"):
            bptt(net.forward(np.ones((4, 2))), Tracked(), loss=loss)


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_targets_of_rows_of_unequal_length_are_refused_in_a_sentence(loss: str):
    trace = Network.random(inputs=2, hidden=3, outputs=2).forward(np.ones((2, 2)))
    with pytest.raises(BadTargets, match="The targets are not an array of numbers"):
        bptt(trace, [[0, 1], [0]], loss=loss)
