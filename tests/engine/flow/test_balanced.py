"""Stacks, whose blocks grow at powers of the lag: which pairs are right although the norms of whole factors doubt them."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Layer, Network, gradient_flow
from explorer.engine.flow.allpairs import all_pairs
from explorer.engine.flow.along import along
from explorer.engine.flow.balanced import layers_of, trusted
from explorer.engine.flow.certify import certify
from explorer.engine.flow.table import TOLERANCE
from explorer.engine.network.trace import course_of


def stack(cell: str, layers: int, width: int, steps: int, gain: float = 1.0):
    """The chain of a network of so many layers alike."""
    net = Network.random(layers=[Layer(cell, width, gain=gain) for _ in range(layers)], inputs=2, outputs=1, seed=0)
    return course_of(net.forward(np.random.default_rng(0).normal(size=(steps, 2))))


def test_layers_are_found_in_the_pattern_of_J_upstream_first():
    course = stack("lstm", 3, 4, 12)
    groups = layers_of(along(course).jacobians())
    assert groups is not None
    assert [list(group) for group in groups] == [list(range(first, first + 8)) for first in (0, 8, 16)]
    assert layers_of(along(stack("lstm", 1, 4, 12)).jacobians()) is None


@pytest.mark.parametrize(
    ("cell", "layers", "width", "steps", "gain"),
    [("rnn", 6, 8, 120, 1.0), ("rnn", 4, 6, 90, 1.4)],
)
def test_what_is_trusted_is_right(cell: str, layers: int, width: int, steps: int, gain: float):
    """All of the doubted pairs are made again with rows scaled apart, which needs no trust, and those trusted agree."""
    chain = along(stack(cell, layers, width, steps, gain))
    J, errors = chain.jacobians(), chain.log_errors()
    groups = layers_of(J)
    assert groups is not None
    pairs = all_pairs(J, log_errors=errors, narrow=False)
    sure = trusted(J, errors, groups, pairs, lambda: False, lambda _: None)
    again = pairs.log_norm.copy()
    certify(chain, J, again, pairs.doubtful)
    found = sure & pairs.doubtful
    assert found.any()
    assert np.abs(again - pairs.log_norm)[found].max() < TOLERANCE


def test_a_deep_stack_has_next_to_no_doubtful_pair():
    """By the norms of whole factors two fifths of its pairs would be."""
    course = stack("rnn", 6, 8, 120)
    chain = along(course)
    pairs = all_pairs(chain.jacobians(), log_errors=chain.log_errors(), narrow=False)
    assert pairs.doubtful.sum() > 0.4 * 120 * 121 / 2
    assert not pairs.remade.any(), "inner products are as sure as their largest terms are small"
    assert gradient_flow(course).doubtful.sum() < 0.01 * 120 * 121 / 2


def test_scales_that_are_no_help_are_not_believed():
    """A product that cancels within a layer is doubtful in all scales of the layers."""
    rng = np.random.default_rng(0)
    J = np.zeros((12, 8, 8))
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    for t in range(12):
        # Great one way, little the other, and turned about half-way: what was great becomes little.
        J[t, :4, :4] = turn @ np.diag([1e3, 1e-3, 1e-3, 1e-3] if t < 6 else [1e-3, 1e-3, 1e-3, 1e3]) @ turn.T
        J[t, 4:, 4:] = J[t, :4, :4]
        J[t, 4:, :4] = 1e-3 * J[t, :4, :4]
    groups = layers_of(J)
    assert groups is not None
    pairs = all_pairs(J, narrow=False)
    assert pairs.doubtful[12, 0]
    assert not trusted(J, None, groups, pairs, lambda: False, lambda _: None)[12, 0]
