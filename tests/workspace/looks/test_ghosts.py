"""Rows with other activations are those of the networks that have them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from explorer.workspace.exploration.building import build, with_layer_of
from explorer.workspace.exploration.exploration import replace
from explorer.workspace.looks.ghosts import COMPARED

from .test_analysis import SMALL, close_look


def test_cell_that_leaves_its_activation_open_is_compared_with_itself() -> None:
    asked = SMALL.with_recipe(cell="residual")
    ghosts = close_look(asked).ghosts
    assert set(ghosts) == {"sigmoid", "relu"}
    for other, row in ghosts.items():
        np.testing.assert_allclose(row, close_look(asked.with_recipe(activation=other)).row, atol=1e-9)


@pytest.mark.parametrize("norm", ["rms", "spectral"])
@pytest.mark.parametrize("activation", COMPARED)
def test_ghosts_are_the_rows_of_the_same_network_with_the_other_activations(
    activation: str, norm: Literal["rms", "spectral"]
) -> None:
    asked = SMALL.with_lens(norm=norm)
    ghosts = close_look(asked.with_recipe(activation=activation)).ghosts
    assert set(ghosts) == set(COMPARED) - {activation}
    for other, row in ghosts.items():
        expected = close_look(asked.with_recipe(activation=other)).row
        np.testing.assert_allclose(row, expected, atol=1e-9)


@pytest.mark.parametrize("cell", ["rnn", "residual"])
def test_networks_that_differ_in_their_activation_alone_have_the_same_weights(cell: str) -> None:
    recipe = SMALL.with_recipe(cell=cell).recipe
    other = replace(recipe, activation="relu")
    assert with_layer_of(build(recipe, 3), other, 3) == build(other, 3)


def test_a_gated_cell_is_haunted_by_all_three_activations() -> None:
    assert set(close_look(SMALL.with_recipe(cell="gru")).ghosts) == set(COMPARED)
