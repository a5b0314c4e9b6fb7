"""Stacks, whose blocks grow at powers of the lag: which pairs are right although the norms of whole factors doubt them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from explorer.engine import Layer, Network, gradient_flow
from explorer.engine.errors import Stopped
from explorer.engine.flow.allpairs import all_pairs
from explorer.engine.flow.along import along
from explorer.engine.flow.balanced import Layers, trusted
from explorer.engine.flow.certify import certify
from explorer.engine.flow.extended import matmul
from explorer.engine.flow.table import TOLERANCE
from explorer.engine.network.trace import course_of
from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.readings.unsurerows import log_row_errors


def stack(cell: str, layers: int, width: int, steps: int, gain: float = 1.0):
    """The chain of a network of so many layers alike."""
    net = Network.random(layers=[Layer(cell, width, gain=gain) for _ in range(layers)], inputs=2, outputs=1, seed=0)
    return course_of(net.forward(np.random.default_rng(0).normal(size=(steps, 2))))


@dataclass(frozen=True)
class Written:
    """A chain of given J (T, N, N) whose parts and links are given, and of which nothing is off."""

    J: np.ndarray
    parts: dict[str, slice]
    links: frozenset[tuple[str, str]]
    steps = property(lambda self: len(self.J))
    width = property(lambda self: self.J.shape[1])

    def jacobians(self):
        return self.J

    def log_errors(self):
        return None

    def log_block_errors(self):
        return None


def test_layers_are_found_upstream_first():
    layers = Layers.of(along(stack("lstm", 3, 4, 12)))
    assert layers is not None
    assert layers.groups == (("1/h", "1/c"), ("2/h", "2/c"), ("3/h", "3/c"))
    assert [list(units) for units in layers.units] == [list(range(first, first + 8)) for first in (0, 8, 16)]
    assert Layers.of(along(stack("lstm", 1, 4, 12))) is None


def test_a_link_that_cancels_to_nothing_at_every_step_makes_no_layers():
    """J alone shows two layers; by its equations the upper one reaches back into the lower."""
    J, parts = np.ones((12, 4, 4)), {"a": slice(0, 2), "b": slice(2, 4)}
    J[:, :2, 2:] = 0.0
    there = frozenset({("a", "a"), ("b", "b"), ("b", "a")})
    assert Layers.of(Written(J, parts, there)) is not None
    assert Layers.of(Written(J, parts, there | {("a", "b")})) is None


def test_what_a_block_of_J_is_off_by_is_no_less_than_what_its_entries_are():
    chain = along(stack("rnn", 5, 6, 60))
    blocks, rows = chain.log_block_errors(), chain.log_errors()
    assert blocks is not None
    assert rows is not None
    assert np.isfinite(blocks).any()
    for t in range(chain.steps):
        entries = chain.log_error_entries(t + 1)
        if entries is not None:
            found = [
                [norm_of_logs(entries[row, column]).max() for column in chain.parts.values()]
                for row in chain.parts.values()
            ]
            assert (blocks[t] >= np.array(found) - 1e-9).all()
    assert (blocks.max(axis=(1, 2)) <= rows + 1e-9).all()


def test_what_the_entries_of_a_stack_have_lost_is_about_what_is_said_of_them():
    """Against twice the digits: sizes alone would make it e^7 times as much by the sixteenth layer, and doubt most pairs."""
    chain, found = along(stack("rnn", 16, 12, 12)), list[float]()
    J, parts = chain.jacobians(), list(chain.parts.values())
    weights = chain.course.network.parameters
    for t, one in enumerate(J):
        said = chain.log_error_entries(t + 1)
        high, low = np.zeros((2, *one.shape))
        for layer, at in enumerate(parts):
            slope = np.diag((one[at, at] / weights[f"{layer + 1}/W"])[:, 0])
            if layer:
                high[at], low[at] = matmul(weights[f"{layer + 1}/U"], high[parts[layer - 1]], low[parts[layer - 1]])
            high[at, at] = weights[f"{layer + 1}/W"]
            high[at], low[at] = matmul(slope, high[at], low[at])
        wrong = one - high - low
        for row in parts if said is not None else ():
            for column in parts:
                lost = said[row, column] > -np.inf
                if lost.any():
                    off = np.linalg.norm(wrong[row, column][lost])
                    found.append(np.log(off) - norm_of_logs(said[row, column].ravel()))
    assert len(found) > 20
    assert max(found) < np.log(4.0)
    assert np.median(found) > -4.0
    assert min(found) > -8.0


def test_what_a_layer_is_off_by_raises_little_doubt_where_little_of_it_arrives():
    """By the largest row of all J a third of its pairs would be made again in logarithms, at fifty times the price."""
    assert gradient_flow(stack("rnn", 10, 8, 64)).doubtful.sum() < 0.01 * 64 * 65 / 2


@pytest.mark.parametrize(("layers", "gain"), [(14, 1.0), (16, 1.3)])
def test_doubt_that_one_scale_leaves_goes_by_the_scales_of_a_pair_in_its_midst(layers: int, gain: float):
    """By those of the middle steps alone a fifth of the pairs would be made again in logarithms."""
    assert gradient_flow(stack("rnn", layers, 12, 40, gain)).doubtful.sum() < 0.01 * 40 * 41 / 2


def test_what_a_deep_stack_is_off_by_is_found_in_portions_alike_and_stopped_between():
    """All of it at once keeps a window that is to close waiting for seconds."""
    course = stack("rnn", 16, 12, 64)
    chain, asked = along(course), list[int]()
    with pytest.raises(Stopped):
        chain.find_errors(lambda: len(asked) == 2 or asked.append(1) or False)
    chain.find_errors(lambda: False)
    motion = course.motion
    whole = log_row_errors(motion.step, motion._log_values, chain.steps, None, motion._log_rows)
    np.testing.assert_array_equal(chain.log_errors(), whole.largest)
    np.testing.assert_array_equal(chain.log_block_errors(), whole.blocks)


def test_pairs_of_sixteen_layers_are_not_doubted_for_entries_of_J_that_cancel():
    """An entry of a product of matrices that has lost digits has lost no more than its row is rounded by."""
    assert not gradient_flow(stack("rnn", 16, 12, 32)).doubtful.any()


@pytest.mark.parametrize(
    ("cell", "layers", "width", "steps", "gain"),
    [("rnn", 6, 8, 120, 1.0), ("rnn", 4, 6, 90, 1.4)],
)
def test_what_is_trusted_is_right(cell: str, layers: int, width: int, steps: int, gain: float):
    """All of the doubted pairs are made again with rows scaled apart, which needs no trust, and those trusted agree."""
    chain = along(stack(cell, layers, width, steps, gain))
    J, errors = chain.jacobians(), chain.log_errors()
    layers = Layers.of(chain)
    assert layers is not None
    pairs = all_pairs(J, log_errors=errors, narrow=False)
    sure = trusted(J, layers, pairs, lambda: False, lambda _: None)
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
    links = frozenset({("1", "1"), ("2", "2"), ("2", "1")})
    layers = Layers.of(Written(J, {"1": slice(0, 4), "2": slice(4, 8)}, links))
    assert layers is not None
    pairs = all_pairs(J, narrow=False)
    assert pairs.doubtful[12, 0]
    assert not trusted(J, layers, pairs, lambda: False, lambda _: None)[12, 0]
