"""The flow where weights change on the way: the products of all steps, by whatever form J has before and behind."""

import numpy as np
import pytest

from explorer.engine import Layer, Network, Recurrence, gradient_flow

RNG = np.random.default_rng(11)

FORMS = {
    "diagonal": {"layers": [Layer("mingru", 3)], "decoder": [Layer("mingru", 3)]},
    "diagonal at each step": {"layers": [Layer("mingru", 3, steps=7)]},
    "two by two": {"layers": [Layer("lru", 4)], "decoder": [Layer("lru", 4)]},
    "Kronecker": {"layers": [Layer("deltanet", 3)], "decoder": [Layer("deltanet", 3)]},
    "diagonal and dense": {"layers": [Layer("mingru", 3)], "decoder": [Layer("gru", 3)]},
}


@pytest.mark.parametrize("made", FORMS.values(), ids=FORMS)
def test_flow_over_a_seam_is_that_of_the_products_whatever_their_form(made):
    net = Network.random(**made, inputs=2, outputs=1, seed=7)
    course = net.forward(RNG.standard_normal((7, 2)), seam=4 if "decoder" in made else None).only
    log, J = gradient_flow(course).log_norm, course.jacobians()
    for t in range(8):
        P = np.eye(course.width)
        for k in range(t - 1, -1, -1):
            P = P @ J[k]
            assert log[t, k] == pytest.approx(np.log(np.linalg.norm(P)), abs=1e-9)


def test_block_that_only_the_decoder_has_is_not_taken_for_zero():
    apart, mixed = (
        Recurrence.parse(f"a = tanh(W_a @ a + U_a @ x)\nb = tanh(W_b @ b {more} + U_b @ x)", name="two")
        for more in ("", "+ M @ a")
    )
    net = Network.random(layers=[Layer(apart, 3)], decoder=[Layer(mixed, 3)], inputs=2, outputs=1)
    flow = gradient_flow(net.forward(RNG.standard_normal((6, 2)), seam=3))
    whole, log = flow.product(6, 4)
    expected = log + np.log(np.linalg.norm(whole[3:, :3]))
    assert flow.block("b", "a").log_norm[6, 4] == pytest.approx(expected, abs=1e-12)
    assert flow.block("b", "a").log_norm[3, 0] == -np.inf
