"""Terms of gradients of any network: they add up to the gradient, each is what a window leaves of one loss, on any scale."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.engine import Layer, Network, bptt
from explorer.engine.errors import BadTargets
from explorer.engine.gradient.ways import Way

from ...shipped import VARIETY

T, FAMILIES = 5, ("W", "U", "b")
X = np.random.default_rng(0).standard_normal((T, 3))
CLASSES = np.array([0, 1, 0, 1, 1])
STACK = (Layer("lstm", 4), Layer("mgu", 3), Layer("gru", 3, skip="residual"))
FORWARD = {name: (Layer(name, 4),) for name in VARIETY} | {"stack": STACK}
TURNED = {
    "backward": (Layer("mgu", 4, direction="backward"),),
    "both ways": (Layer("gru", 3, direction="both"),),
    "above both ways": (Layer("mgu", 3), Layer("lstm", 3, direction="both"), Layer("rnn", 4)),
    "there and back": (Layer("mist", 3), Layer("mgu", 3, direction="backward"), Layer("mist", 3)),
}


def gradient_of(layers, **how):
    net = Network.random(layers=layers, inputs=3, outputs=2, gain=1.3, seed=3)
    return bptt(net.forward(X), CLASSES, **how)


def families_of(found):
    known = {name: found.items.whole(found.weights, name) for name in FAMILIES if has(found, name)}
    return {name: whole for name, whole in known.items() if whole.size}


def has(found, name):
    try:
        found.log_terms(name)
    except BadTargets:
        return False
    return True


def all_terms(found, name):
    """Every term (T, T, …), NaN where there is none."""
    whole = found.items.whole(found.weights, name)
    terms = np.full((T, T, *whole.shape), np.nan)
    for t, k in np.argwhere(~np.isnan(found.log_terms(name))):
        terms[t, k] = found.term(name, t + 1, k + 1)
    return terms


@pytest.mark.parametrize("layers", (FORWARD | TURNED).values(), ids=(FORWARD | TURNED).keys())
def test_terms_add_up_to_the_gradient_and_have_the_norms_and_sums_that_are_told(layers):
    found = gradient_of(layers)
    t, k = np.indices((T, T))
    places = {"lag": abs(t - k), "source": k, "loss": t}
    for name, whole in families_of(found).items():
        terms = all_terms(found, name)
        np.testing.assert_allclose(np.nansum(terms, axis=(0, 1)), whole, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.items.sum(name), whole, rtol=1e-9, atol=1e-12)
        norms = np.sqrt(np.nansum(terms.reshape(T, T, -1) ** 2, axis=-1))
        np.testing.assert_allclose(
            np.exp(np.nan_to_num(found.log_terms(name), nan=-np.inf)), norms, rtol=1e-9, atol=1e-13
        )
        for by, place in places.items():
            sums, log = found.items.totals(name, by)
            for group in range(T):
                expected = np.nansum(terms[place == group], axis=0)
                np.testing.assert_allclose(np.exp(log[group]) * sums[group], expected, rtol=1e-9, atol=1e-12)
                index = group if by == "lag" else group + 1
                np.testing.assert_allclose(found.total(name, by, index), expected, rtol=1e-9, atol=1e-12)
    assert found.items_deviation() < 1e-9


@pytest.mark.parametrize("layers", FORWARD.values(), ids=FORWARD)
def test_term_is_what_a_wider_window_adds_to_the_gradient_of_one_loss(layers):
    found = gradient_of(layers)
    alone = np.full(T, -1)
    alone[T - 1] = CLASSES[T - 1]
    windows = [bptt(found.trace, alone, window=window) for window in range(1, T + 1)]
    for name in families_of(found):
        sums = [0.0, *(found.items.whole(one.weights, name) for one in windows)]
        for k in range(1, T + 1):
            expected = sums[T - k + 1] - sums[T - k]
            np.testing.assert_allclose(found.term(name, T, k), expected, rtol=1e-8, atol=1e-11)


def test_terms_of_a_loss_are_those_of_one_row_that_is_brought_back_once(monkeypatch):
    made, rows = [], Way.rows
    monkeypatch.setattr(Way, "rows", lambda *how: made.append(how) or rows(*how))
    found = gradient_of((Layer("mgu", 4),))
    asked = [(T, k) for k in range(1, T + 1)]
    each = [found.term("W", t, k) for t, k in asked]
    assert len(made) == 1
    for (t, k), term in zip(asked, each, strict=True):
        np.testing.assert_array_equal(gradient_of((Layer("mgu", 4),)).term("W", t, k), term)
    assert not np.array_equal(found.term("W", T - 1, 2), each[1])


def test_weight_by_its_name_has_terms_of_its_own_that_make_those_of_its_family():
    found = gradient_of(STACK)
    recurrent = [name for name in found.weights if "/W" in name]
    each = np.stack([found.log_terms(name) for name in recurrent])
    together = np.sqrt(np.nansum(np.exp(2 * each), axis=0))
    np.testing.assert_allclose(together, np.exp(np.nan_to_num(found.log_terms("W"), nan=-np.inf)), rtol=1e-10)
    for name in ("1/W_f", "2/U_n", "3/b_rec"):
        assert found.term(name, 4, 2).shape == found.weights[name].shape
        np.testing.assert_allclose(found.items.sum(name), found.weights[name], rtol=1e-10, atol=1e-14)


def test_stacked_arrays_have_terms_whose_blocks_are_those_of_the_weights():
    found = gradient_of((Layer("lstm", 4),))
    blocks = [found.term(f"1/W_{gate}", 5, 2) for gate in "ifgo"]
    np.testing.assert_allclose(found.term("W", 5, 2), np.concatenate(blocks), rtol=1e-12)
    assert found.term("W", 5, 2).shape == found.W.shape
    assert not found.term("b_rec", 5, 2).any()


def test_chain_that_runs_backward_has_the_terms_of_the_sequence_turned_round():
    net = Network.random(layers=[Layer("mgu", 4, direction="backward")], inputs=3, outputs=2, seed=3)
    turned = Network.from_weights(layers=[Layer("mgu", 4)], weights=net.weights)
    back, ahead = bptt(net.forward(X), CLASSES), bptt(turned.forward(X[::-1]), CLASSES[::-1])
    np.testing.assert_allclose(back.log_terms("W"), ahead.log_terms("W")[::-1, ::-1], rtol=1e-12)
    with pytest.raises(BadTargets, match="no path leads from step 1"):
        back.term("W", 3, 1)
    assert back.term("W", 1, 3).any()


def test_gradient_without_terms_is_refused_with_what_has_some():
    found = gradient_of((Layer("mingru", 4),))
    with pytest.raises(BadTargets, match="no terms to show; choose one of"):
        found.log_terms("V")


def test_component_that_vanishes_slowly_beside_another_that_dies_at_once_is_no_zero():
    """A unit keeps its gradient and dies at step 1; the other loses e^−10 a step, and what it has left is e^−1000."""
    x = np.zeros((101, 1))
    x[0] = 1.0
    below = {"1/W": np.diag([1.0, np.exp(-10.0)]), "1/U": [[-1e9], [1.0]], "1/b": [1.0, 1.0]}
    above = {"2/W": np.zeros((2, 2)), "2/U": np.eye(2), "2/b": np.ones(2)}
    for weights in (below, below | above):
        layers = [Layer("rnn", 2, activation="relu")] * (len(weights) // 3)
        net = Network.from_weights(layers=layers, weights=weights, readout="identity")
        found = bptt(net.forward(x), np.full((101, 2), 3.0), "squared_error")
        assert found.log_terms("1/b")[-1, 0] == pytest.approx(-1000.0, abs=2.0)


LEVELS = {
    "above both ways": (Layer("mgu", 3), Layer("lstm", 3, direction="both"), Layer("rnn", 4)),
    "there and back": (Layer("mgu", 3), Layer("lstm", 3, direction="backward"), Layer("rnn", 3)),
}


@pytest.mark.parametrize("name", LEVELS)
def test_term_below_other_chains_is_the_gradient_of_weights_that_step_alone_has(name):
    """The same network with weights of their own at every step: what loss t gives those of step k is the term (t, k)."""
    layers = LEVELS[name]
    found = gradient_of(layers)
    net = found.trace.network
    own = [replace(layer, steps=T) for layer in layers]
    weights = {one: array if one in ("V", "c") else np.stack([array] * T) for one, array in net.weights.items()}
    apart = Network.from_weights(layers=own, weights=weights, inputs=3).forward(X)
    logs = {one: found.log_terms(one) for one in net.weights.keys() - {"V", "c"}}
    backward = {one for chain in net.architecture.chains if chain.backward for one in chain.weights.values()}
    for t in range(T):
        alone = np.where(np.arange(T) == t, CLASSES, -1)
        expected = bptt(apart, alone).weights
        for one, log in logs.items():
            steps = expected[one][::-1] if one in backward else expected[one]
            there = ~np.isnan(log[t])
            assert not steps[~there].any(), one
            for k in np.flatnonzero(there):
                np.testing.assert_allclose(found.term(one, t + 1, k + 1), steps[k], rtol=1e-9, atol=1e-13, err_msg=one)


def test_there_is_no_term_only_where_no_path_leads():
    found = gradient_of(LEVELS["above both ways"])
    lower = np.tri(T, dtype=bool)
    for name, paths in [("3/W", lower), ("2→/W_f", lower), ("2←/W_f", np.ones((T, T), dtype=bool)), ("1/W_f", None)]:
        expected = np.ones((T, T), dtype=bool) if paths is None else paths
        np.testing.assert_array_equal(~np.isnan(found.log_terms(name)), expected, err_msg=name)


def test_terms_below_a_chain_that_vanishes_are_told_on_their_own_scale():
    """The upper chain loses e^−9 a step: a loss at T leaves the lower one e^(−9 (T − k)), and no zero."""
    steps = 120
    weights = {
        "1/W": [[0.0]], "1/U": [[1.0]], "1/b": [0.0],
        "2/W": [[np.exp(-9.0)]], "2/U": [[1.0]], "2/b": [0.0],
    }  # fmt: skip
    layers = [Layer("rnn", 1, activation="identity", direction=way) for way in ("backward", "forward")]
    net = Network.from_weights(layers=layers, weights=weights, readout="identity")
    found = bptt(net.forward(np.ones((steps, 1))), [5.0], "squared_error", at="last")
    log = found.log_terms("1/U")[-1]
    np.testing.assert_allclose(np.diff(log), 9.0, atol=1e-9)
    assert log[0] < -1000


def test_chunks_cut_below_other_chains_as_the_whole_gradient_is_cut():
    found = gradient_of(LEVELS["there and back"], chunk=2)
    for name, whole in families_of(found).items():
        np.testing.assert_allclose(found.items.sum(name), whole, rtol=1e-9, atol=1e-13)
    with pytest.raises(BadTargets, match="sliding window"):
        gradient_of(LEVELS["there and back"], window=2).log_terms("1/W_f")


def saturated(cell, bias):
    net = Network.random(layers=[Layer(cell, 4)], inputs=3, outputs=2, seed=3)
    biased = {name: np.full_like(w, bias) if "/b" in name else w for name, w in net.weights.items()}
    return bptt(Network.from_weights(layers=net.layers, weights=biased).forward(X), CLASSES)


@pytest.mark.parametrize("bias", [150.0, -300.0])
def test_terms_that_cancel_to_rounding_within_a_step_are_unsure_and_neither_number_nor_zero(bias):
    """The sLSTM's candidate is ±1, and so is its cell from step 1 on: what moves the gates is the rounding of 1 − 1."""
    found = saturated("slstm", bias)
    later = np.tri(T, dtype=bool)
    later[:, 0] = False
    for name in ("1/b_i", "1/b_f"):
        unsure = found.items.unsure(name)
        assert unsure[later].all()
        assert not unsure[np.triu_indices(T, 1)].any()
    assert not found.items.unsure("1/b_o").diagonal().any()


@pytest.mark.parametrize("name", ["gru", "slstm", "lstm", "lru", "deltanet", "stack", "both ways"])
def test_terms_of_usual_weights_are_sure(name):
    found = gradient_of((FORWARD | TURNED | {"peephole": (Layer("peephole", 4),)})[name])
    for family in found.items.families:
        assert not found.items.unsure(family).any()


def test_dead_units_are_true_zeros_and_sure():
    net = Network.random(layers=[Layer("residual", 4), Layer("rnn", 4, activation="relu")], inputs=3, outputs=2, seed=3)
    dead = {name: np.full_like(w, -90.0) if name == "2/b" else w for name, w in net.weights.items()}
    found = bptt(Network.from_weights(layers=net.layers, weights=dead).forward(X), CLASSES)
    assert np.isneginf(found.log_terms("2/W")[np.tri(T, dtype=bool)]).all()
    assert not found.items.unsure("2/W").any()


def test_terms_and_their_sums_by_lag_are_one_way_back(monkeypatch):
    ways, arrived = [], Way.arrived
    monkeypatch.setattr(Way, "arrived", lambda way, *told: ways.append(way) or arrived(way, *told))
    items = bptt(Network.random(cell="lstm", inputs=2, hidden=3, outputs=2).forward(np.ones((6, 2))), [0] * 6).items
    sums, log = items.totals("W", "lag")
    assert len(ways) == 1
    # What is known already is not kept twice.
    again, log_again = items.totals("W", "lag")
    assert len(ways) == 2
    np.testing.assert_array_equal(np.exp(log)[:, None, None] * sums, np.exp(log_again)[:, None, None] * again)
