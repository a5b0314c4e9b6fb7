"""By layers: what stays in its layer, goes up first, last, or in between; the parts add up to the product."""

from itertools import product

import numpy as np
import pytest

from explorer.engine import Layer, Network, gradient_flow
from explorer.engine.errors import BadNetwork
from explorer.engine.looks import layers
from explorer.engine.looks.layers import layer_of_entries, split_layers

X = np.random.default_rng(4).standard_normal((9, 2))


def course(*some, chain="net"):
    return Network.random(layers=some, inputs=2, outputs=1, seed=1).forward(X).chains[chain]


def enumerated(made, t, k):
    """Return the four parts by every sequence of stays and climbs."""
    layer = layer_of_entries(made)
    same = layer[:, None] == layer
    J = made.jacobians()[k:t][::-1]
    found = dict.fromkeys(("within", "first", "last", "between"), 0.0)
    for climbs in product((False, True), repeat=len(J)):
        path = np.linalg.multi_dot(
            [np.eye(made.width), *(np.where(same != up, one, 0.0) for up, one in zip(climbs, J, strict=True))]
        )
        alone = sum(climbs) == 1
        kind = (
            "within"
            if not any(climbs)
            else "last"
            if alone and climbs[0]
            else "first"
            if alone and climbs[-1]
            else "between"
        )
        found[kind] = found[kind] + path
    return found


@pytest.mark.parametrize(
    "some", [(Layer("rnn", 3), Layer("gru", 2)), (Layer("lstm", 2), Layer("rnn", 2, skip="residual"), Layer("rnn", 2))]
)
def test_parts_are_the_sums_over_all_paths_and_add_up_to_the_product(some):
    made, t, k = course(*some), 8, 2
    found, split = enumerated(made, t, k), split_layers(made, t, k)
    for kind, path in found.items():
        assert getattr(split, kind)[0] == pytest.approx(np.log(np.linalg.norm(path)), abs=1e-9)
    whole = sum(found.values())
    matrix, log = gradient_flow(made).product(t, k)
    np.testing.assert_allclose(whole, np.exp(log) * matrix, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(split.total, gradient_flow(made).log_norm[t, k : t + 1], atol=1e-9)


def test_graded_parts_are_the_plain_ones():
    made = course(Layer("lstm", 3), Layer("gru", 2))
    layer = layer_of_entries(made)
    with np.errstate(divide="ignore"):
        same = layer[:, None] == layer
        plain, graded = layers._plainly(made, 9, 0, same, 2), layers._graded(made, 9, 0, same)
    np.testing.assert_allclose(graded, plain, atol=1e-9)


def test_parts_deep_in_the_night_and_true_zeros_are_told_apart():
    deep = split_layers(course(Layer("rnn", 3, gain=1e-60), Layer("rnn", 3, gain=1e-60)), 9, 0)
    assert np.isfinite(deep.total).all()
    assert deep.within[0] < -1000
    dead = split_layers(course(Layer("rnn", 3, activation="relu", bias=-1e3), Layer("rnn", 3)), 9, 0)
    assert dead.first[0] == dead.last[0] == dead.between[0] == -np.inf
    assert np.isfinite(dead.within[0])


def test_a_backward_chain_is_split_in_the_sequences_time():
    made = course(Layer("rnn", 3, direction="backward"), Layer("rnn", 2, direction="backward"))
    split = split_layers(made, 2, 8)
    assert split.total[0] == pytest.approx(gradient_flow(made).log_norm[2, 8], abs=1e-9)


def test_one_layer_has_no_ways_through_layers():
    with pytest.raises(BadNetwork):
        split_layers(course(Layer("lstm", 3)), 5, 1)
