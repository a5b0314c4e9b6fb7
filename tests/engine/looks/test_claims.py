"""What a cell's file claims is measured on a run: it holds, it does not, or it cannot be told."""

import numpy as np
import pytest

from explorer.engine import Layer, Network
from explorer.engine.looks.claims import claims
from explorer.engine.recurrence.cell_file import read_cell
from explorer.engine.recurrence.library import cell, names

X = np.random.default_rng(4).standard_normal((12, 2))


def told(file, *below, **how):
    """The claims of a file, by their kinds, of a network of one layer of it above others."""
    layers = [*below, Layer(file.recurrence, 4, **how)]
    trace = Network.random(layers=layers, inputs=2, outputs=1, seed=3).forward(X)
    (chain,) = trace.chains
    return {claim.kind: claim for claim in claims(trace, chain, {len(layers): file})[len(layers)]}


def claiming(equations, said):
    return read_cell(
        "mine", f'title = ""\nnote = ""\nsource = ""\nequations = """\n{equations}\n"""\n[claims]\n{said}\n'
    )


@pytest.mark.parametrize("name", names())
def test_claims_of_a_cell_that_ships_hold_at_its_start(name):
    found = told(cell(name))
    # Gates that read the state let the gradient round the cell path: it is claimed in class all the same.
    assert {kind for kind, claim in found.items() if claim.holds is False} <= {"direct_alone"}
    assert all(claim.source for claim in found.values())
    if "linear" in cell(name).claims:
        assert found["linear"].holds
        assert found["linear"].measured <= 1e-12


@pytest.mark.parametrize(
    ("equations", "said", "kind"),
    [
        ("h = tanh(U @ x + W @ h)", 'structure = "diagonal"', "diagonal"),
        ("h = sigmoid(U @ x + a * h) * h + x[1] @ u", "linear = true", "linear"),
        ("h = 1.2 * h + U @ x", "gain_at_most = 1.0", "gain_at_most"),
        ("h = 0.9 * h + U @ x", "isometry = true", "isometry"),
        ("h = 0.9 * h + U @ x", "half_life = 16.0", "half_life"),
        ("h = h + U @ x", "half_life = 16.0", "half_life"),
        ("h = 0.9 * h + U @ x", "within = { h = [-0.1, 0.1] }", "within"),
    ],
)
def test_claim_that_does_not_hold_is_told_with_what_was_measured(equations, said, kind):
    claim = told(claiming(equations, said))[kind]
    assert claim.holds is False
    assert claim.measured is not None or equations.startswith("h = h")


def test_numbers_are_those_of_the_run():
    found = told(claiming("h = 0.9 * h + U @ x", "gain_at_most = 1.0\nhalf_life = 6.6\nlinear = true"))
    assert found["gain_at_most"].measured == pytest.approx(0.9, rel=1e-12)
    assert found["half_life"].measured == pytest.approx(np.log(0.5) / np.log(0.9), rel=1e-12)
    assert all(claim.holds for claim in found.values())


def test_what_older_states_make_can_not_be_told_of_one_jacobian():
    found = told(claiming("h = 0.5 * h[2] + U @ x", "gain_at_most = 1.0\nlinear = true"))
    assert {claim.holds for claim in found.values()} == {None}


def test_claims_of_a_layer_are_told_of_its_own_block():
    found = told(cell("mingru"), Layer("rnn", 3))
    assert found["diagonal"].holds
    assert found["gain_at_most"].holds
    # Only its own state is moved: what it reads of the layer below stays.
    assert found["linear"].measured == 0.0
    below = told(claiming("h = tanh(U @ x + W @ h)", 'structure = "diagonal"'), Layer("mingru", 3))
    assert below["diagonal"].holds is False


def test_orthogonal_network_keeps_lengths_where_no_unit_is_shut():
    claim = told(cell("exprnn"))["isometry"]
    assert claim.holds
    np.testing.assert_allclose(claim.measured, 1.0, atol=1e-12)


def test_bound_of_the_weights_is_steepest_slope_times_largest_singular_value():
    net = Network.random(cell="rnn", activation="sigmoid", inputs=2, hidden=4, outputs=1, gain=3.0, seed=3)
    (claim,) = claims(net.forward(X), "net", {1: cell("rnn", "sigmoid")})[1]
    assert claim.claimed == pytest.approx(np.linalg.norm(net.weights["1/W"], 2) / 4, rel=1e-12)
    assert 0.0 < claim.measured <= claim.claimed


def test_cell_path_alone_carries_the_gradient_where_no_gate_reads_the_state():
    net = Network.random(cell="lstm", inputs=2, hidden=4, outputs=1, seed=3)
    closed = {name: np.zeros_like(W) if "/W_" in name else W for name, W in net.weights.items()}
    for weights, holds in ((closed, True), (net.weights, False)):
        trace = Network.from_weights(layers=[Layer("lstm", 4)], weights=weights, readout="identity").forward(X)
        found = {claim.kind: claim for claim in claims(trace, "net", {1: cell("lstm")})[1]}
        assert found["direct_alone"].holds is holds
    J = trace.jacobians()
    c, P = trace.chains["net"].parts["c"], np.linalg.multi_dot(J[::-1])
    f = np.prod(
        [np.diag(trace.chains["net"].motion.jacobians(t, t + 1, "direct")[0])[c] for t in range(len(X))], axis=0
    )
    other = np.linalg.norm(P[c, c] - np.diag(f)) / np.linalg.norm(P[c, c])
    assert found["direct_alone"].measured == pytest.approx(other, rel=1e-9)


def test_claims_of_a_decoder_are_told_of_its_own_steps():
    """The encoder forgets one half at each step, the decoder a tenth."""
    halves = [Layer(claiming(f"h = {keep} * h + U @ x", "").recurrence, 3) for keep in (0.5, 0.9)]
    net = Network.random(layers=halves[:1], decoder=halves[1:], inputs=2, outputs=1, seed=3)
    trace, file = net.forward(X, seam=5), claiming("h = 0.5 * h + U @ x", "half_life = 1.0")
    steps = [claims(trace, "net", {1: file}, after_seam=after)[1][0].measured for after in (False, True)]
    np.testing.assert_allclose(steps, [1.0, np.log(0.5) / np.log(0.9)], rtol=1e-12)
