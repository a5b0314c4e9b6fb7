"""The matrices that carry a state are told from those that read it out, whatever the cell."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import BadNetwork, Layer, Network, Recurrence
from explorer.engine.recurrence import library


def names(*layers: Layer) -> list[str]:
    return list(Network.random(layers=list(layers), inputs=2, outputs=1).matrices)


@pytest.mark.parametrize("name", library.names())
def test_first_matrix_is_the_one_that_the_cell_says_stands_for_W(name):
    declared = library.cell(name).recurrence.candidate
    found = names(Layer(name, 3))
    fixed = [f"1/{weight.name}" for weight in library.cell(name).recurrence.weights if not weight.trained]
    assert found[:1] == [f"1/{declared}"] if declared else set(found) <= set(fixed)


def test_states_that_are_carried_entry_by_entry_have_no_matrix():
    net = Network.random(layers=[Layer("lru", 3)], inputs=2, outputs=1)
    assert not net.matrices
    with pytest.raises(BadNetwork, match="no weight that stands for W"):
        net.largest_singular_value()


def test_matrix_that_only_reads_the_state_out_carries_nothing():
    cell = Recurrence.parse("u = a * u + B @ x\nh = C @ u\n", name="leaky", sizes={})
    assert names(Layer(cell, 3)) == []


def test_matrix_that_is_square_by_chance_is_none():
    assert names(Layer("mist", 8)) == names(Layer("mist", 3)) == ["1/W", "1/W_r"]


def test_layers_follow_each_other_and_what_reads_the_layer_below_is_none_of_them():
    assert names(Layer("lstm", 3), Layer("rnn", 3)) == ["1/W_g", "1/W_i", "1/W_f", "1/W_o", "2/W"]


def test_halves_that_read_both_ways_have_matrices_of_their_own():
    assert names(Layer("rnn", 3, "both")) == ["1→/W", "1←/W"]


def test_encoder_and_decoder_each_have_theirs():
    net = Network.random(layers=[Layer("rnn", 3)], decoder=[Layer("rnn", 3)], inputs=2, outputs=1)
    assert list(net.matrices) == ["1/W", "decoder/1/W"]


def test_weights_that_change_at_every_step_are_no_one_matrix():
    assert names(Layer("rnn", 3, steps=4)) == []


def test_sizes_are_those_of_the_first_matrix():
    net = Network.random(layers=[Layer("peephole", 4), Layer("gru", 3)], inputs=2, outputs=1, seed=2)
    W = net.weights["1/W_g"]
    assert net.largest_singular_value() == pytest.approx(np.linalg.svd(W, compute_uv=False)[0], rel=1e-13)
    assert net.spectral_radius() == pytest.approx(np.abs(np.linalg.eigvals(W)).max(), rel=1e-13)
