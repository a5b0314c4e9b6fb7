"""A batch of sequences of unequal length gives the sums of the sequences one by one."""

from types import SimpleNamespace

import numpy as np
import pytest

from explorer.engine import Batch, Network, bptt, bptt_batch, forward_batch
from explorer.engine.errors import BadSequence, BadTargets

from ..gradients import LOSSES, PLACES, assert_gradients, random_targets

LENGTHS = (3, 8, 1, 8, 5)
CUTS = ({}, {"window": 3}, {"chunk": 3})
WEIGHTS = ("U", "W", "b", "b_rec", "V", "c")


def build(kind, loss="cross_entropy", at="every", lengths=LENGTHS, hidden=4):
    cell, activation = kind
    network = Network.random(
        cell=cell, activation=activation, inputs=3, hidden=hidden, outputs=2, gain=1.2, bias=0.1, seed=4
    )
    rng = np.random.default_rng(11)
    s0 = 0.3 * rng.normal(size=network.width)
    traces = [network.forward(rng.normal(size=(T, 3)), s0=s0) for T in lengths]
    targets = [random_targets(trace, loss, at, seed=i) for i, trace in enumerate(traces)]
    batch = Batch.of(network, [trace.x for trace in traces], targets, loss, at)
    return batch, forward_batch(network, batch, s0), traces, targets


def summed(gradients):
    return SimpleNamespace(**{name: sum(getattr(g, name) for g in gradients) for name in WEIGHTS})


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("at", PLACES)
def test_gradients_of_a_batch_are_the_sums_over_its_sequences(kind, loss, at):
    batch, trace, traces, targets = build(kind, loss, at)
    for cut in CUTS:
        found = bptt_batch(trace, **cut)
        apart = [bptt(one, a, loss, at, **cut) for one, a in zip(traces, targets, strict=True)]
        assert_gradients(found, summed(apart), fields=WEIGHTS, tolerance=1e-12)
        assert found.loss == pytest.approx(sum(g.loss for g in apart), rel=1e-12)
        for row, i in enumerate(batch.order):
            T = LENGTHS[i]
            mine = SimpleNamespace(x=found.x[:T, row], s0=found.s0[row])
            assert_gradients(mine, apart[i], fields=("x", "s0"), tolerance=1e-12)
            np.testing.assert_allclose(found.losses[:T, row], apart[i].losses, rtol=1e-12, atol=1e-14)


def test_states_of_a_batch_are_those_of_its_sequences(kind):
    batch, trace, traces, _ = build(kind)
    for row, i in enumerate(batch.order):
        T = LENGTHS[i]
        np.testing.assert_allclose(trace.s[: T + 1, row], traces[i].s, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(trace.z[:T, row], traces[i].z, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(trace.logits()[:T, row], traces[i].y, rtol=1e-12, atol=1e-13)


def test_nothing_is_worked_out_behind_the_end_of_a_sequence(kind):
    batch, trace, _, _ = build(kind)
    found = bptt_batch(trace)
    for row, T in enumerate(batch.lengths):
        assert not trace.s[T + 1 :, row].any()
        assert not found.delta[T:, row].any()
        assert not found.losses[T:, row].any()


def test_sequence_that_explodes_leaves_the_shorter_ones_alone():
    network = Network.from_arrays(cell="rnn", activation="identity", U=[[1.0]], W=[[1e80]], V=[[1.0]])
    batch = Batch.of(network, [np.zeros((2, 1)), np.ones((9, 1))], [[1.0, 1.0], np.ones(9)], "squared_error")
    found = bptt_batch(forward_batch(network, batch))
    assert np.isfinite(found.losses[:2, 1]).all()
    assert not np.isfinite(found.loss)


def test_order_of_the_sequences_does_not_matter(kind):
    lengths = (2, 6, 4)
    _, trace, traces, targets = build(kind, lengths=lengths)
    turned = Batch.of(trace.network, [t.x for t in traces[::-1]], targets[::-1])
    other = bptt_batch(forward_batch(trace.network, turned, traces[0].s[0]))
    assert_gradients(other, bptt_batch(trace), fields=WEIGHTS, tolerance=1e-13)


def test_longest_stands_first_and_the_order_is_told():
    batch, _, _, _ = build(("rnn", "tanh"))
    assert list(batch.lengths) == [8, 8, 5, 3, 1]
    assert list(batch.order) == [1, 3, 4, 0, 2]
    assert (batch.steps, batch.size) == (8, 5)


def test_long_batches_cross_the_borders_of_blocks(kind):
    _, trace, traces, targets = build(kind, lengths=(70, 150), hidden=40)
    apart = [bptt(one, a) for one, a in zip(traces, targets, strict=True)]
    assert_gradients(bptt_batch(trace), summed(apart), fields=WEIGHTS, tolerance=1e-11)


@pytest.mark.parametrize("at", PLACES)
@pytest.mark.parametrize("loss", LOSSES)
def test_float32_is_kept_throughout_and_right_to_its_digits(kind, loss, at):
    _, trace, traces, targets = build(kind, loss, at, lengths=(2, 6, 4))
    single = Batch.of(trace.network, [t.x for t in traces], targets, loss, at, dtype=np.float32)
    run = forward_batch(trace.network, single, traces[0].s[0])
    for cut in CUTS:
        found = bptt_batch(run, **cut)
        assert all(getattr(found, name).dtype == np.float32 for name in (*WEIGHTS, "losses", "delta", "x", "s0"))
        assert_gradients(found, bptt_batch(trace, **cut), fields=(*WEIGHTS, "x", "s0"), tolerance=2e-5)


def test_what_does_not_fit_is_refused():
    network = Network.random(inputs=2, hidden=3, outputs=2)
    with pytest.raises(BadTargets, match="2 sequences and 1 targets"):
        Batch.of(network, [np.zeros((3, 2))] * 2, [[0, 1, 1]])
    with pytest.raises(BadTargets, match="0 sequences"):
        Batch.of(network, [], [])
    with pytest.raises(BadSequence, match=r"\(3, 4\)"):
        Batch.of(network, [np.zeros((3, 4))], [[0, 1, 1]])
    with pytest.raises(BadTargets, match=r"shape \(2,\); \(3,\)"):
        Batch.of(network, [np.zeros((3, 2))], [[0, 1]])
    with pytest.raises(BadSequence, match="s0"):
        forward_batch(network, Batch.of(network, [np.zeros((3, 2))], [[0, 1, 1]]), s0=np.zeros(4))
