"""Training as a stream of moments: it descends, begins again anywhere to the same numbers, and survives divergence."""

from itertools import islice

import numpy as np
import pytest

from explorer.engine import (
    BadSettings,
    BadTargets,
    Batch,
    Examples,
    Generated,
    Moment,
    Network,
    Settings,
    Stopped,
    bptt,
    bptt_batch,
    evaluate,
    forward_batch,
    train,
)
from explorer.engine.learning import settings as names
from explorer.engine.learning.decay import zeros
from explorer.engine.learning.regulariser import omega

WEIGHTS = ("U", "W", "b", "b_rec", "V", "c")
SIZES = {"inputs": 3, "hidden": 4, "outputs": 3}


def copying(count=23, steps=6, seed=0, at="every"):
    """Sequences of one-hot symbols; the target is the last symbol but one, at the first step there is none."""
    rng = np.random.default_rng(seed)
    symbols = [rng.integers(0, 3, int(rng.integers(2, steps + 1))) for _ in range(count)]
    targets = [np.r_[-1, row[:-1]] if at == "every" else row[-2] for row in symbols]
    return Examples([np.eye(3)[row] for row in symbols], targets, at=at)


def generated():
    def draw(rng, count):
        examples = copying(count, seed=int(rng.integers(2**31)))
        return examples.inputs, examples.targets

    return Generated(draw, per_epoch=30)


def weights(moment):
    return {name: getattr(moment.network, name) for name in WEIGHTS}


def assert_same(one, other):
    """Bitwise the same numbers."""
    assert (one.step, one.diverged) == (other.step, other.diverged)
    for name in ("loss", "norm", "clipped", "omega"):
        np.testing.assert_equal(getattr(one, name), getattr(other, name))
    for name in WEIGHTS:
        np.testing.assert_array_equal(getattr(one.network, name), getattr(other.network, name))
    assert set(one.slots) == set(other.slots)
    for name in one.slots:
        np.testing.assert_array_equal(one.slots[name], other.slots[name])


@pytest.mark.parametrize("optimiser", names.OPTIMISERS)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("source", [copying(), generated()], ids=["examples", "generated"])
def test_going_on_from_any_moment_gives_the_same_numbers(optimiser, cell, source):
    # Five updates are an epoch of the examples: the moments stand before, on and after its borders.
    settings = Settings(optimiser=optimiser, batch=5, omega=0.5, decay=0.01)
    first = Moment.first(Network.random(cell=cell, **SIZES))
    run = [first, *islice(train(first, source, settings), 12)]
    for begin in (0, 1, 4, 5, 9, 11):
        for again, moment in zip(train(run[begin], source, settings), run[begin + 1 :], strict=False):
            assert_same(again, moment)


def test_two_seeds_take_the_examples_in_two_orders():
    first = Moment.first(Network.random(**SIZES))
    losses = [[m.loss for m in islice(train(first, copying(), Settings(seed=seed, batch=5)), 5)] for seed in (0, 0, 1)]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


@pytest.mark.parametrize("optimiser", names.OPTIMISERS)
def test_what_can_be_learnt_is_learnt(optimiser):
    settings = Settings(optimiser=optimiser, rate=0.5 if optimiser == "sgd" else 0.05, momentum=0.8)
    network = Network.random(inputs=3, hidden=12, outputs=3)
    *_, last = islice(train(Moment.first(network), copying(200), settings), 250)
    score = evaluate(last.network, copying(100, seed=1))
    assert score.accuracy > 0.99
    assert score.loss < 0.1 < evaluate(network, copying(100, seed=1)).loss


def test_first_step_of_sgd_goes_down_the_mean_gradient_of_all_terms():
    network, examples = Network.random(**SIZES), copying(4)
    apart = [bptt(network.forward(x), a) for x, a in zip(examples.inputs, examples.targets, strict=True)]
    terms = sum(len(a) - 1 for a in examples.targets)
    after = next(train(Moment.first(network), examples, Settings(optimiser="sgd", rate=0.1, clip="none", batch=4)))
    for name in WEIGHTS:
        mean = sum(getattr(g, name) for g in apart) / terms
        np.testing.assert_allclose(getattr(after.network, name), getattr(network, name) - 0.1 * mean, rtol=1e-12)
    assert after.loss == pytest.approx(sum(g.loss for g in apart) / terms, rel=1e-13)


def test_an_epoch_takes_every_example_once():
    examples = copying(23)
    network = Network.random(**SIZES)
    assert examples.epoch(5) == 5
    for epoch in (0, 1):
        batches = [examples.batch(network, 5, 7, 5 * epoch + i) for i in range(5)]
        assert [batch.size for batch in batches] == [5, 5, 5, 5, 3]
        seen = sorted(b.x[:T, i].tobytes() for b in batches for i, T in enumerate(b.lengths))
        assert seen == sorted(x.tobytes() for x in examples.inputs)
    assert generated().epoch(20) == 2


def test_batch_larger_than_all_examples_is_all_of_them():
    assert copying(3).epoch(20) == 1
    assert copying(3).batch(Network.random(**SIZES), 20, 0, 1).size == 3


def test_what_does_not_learn_stays_bitwise_as_it_was():
    network = Network.random(cell="gru", **SIZES)
    *_, last = islice(train(Moment.first(network), copying(), Settings(learn=("W", "c"), omega=1.0, decay=0.1)), 5)
    for name, value in weights(last).items():
        assert np.array_equal(value, getattr(network, name)) == (name not in ("W", "c"))
    assert {name.split(".")[1] for name in last.slots} == {"W", "c"}


def test_norm_is_that_of_what_learns_and_clipping_cuts_it():
    network, examples = Network.random(**SIZES), copying()
    settings = Settings(optimiser="sgd", threshold=0.01, learn=("W", "b"), batch=30)
    after = next(train(Moment.first(network), examples, settings))
    batch = examples.batch(network, 30, 0, 0)
    gradient = bptt_batch(forward_batch(network, batch))
    both = np.concatenate([gradient.W.ravel(), gradient.b]) / batch.terms
    assert after.norm == pytest.approx(np.linalg.norm(both), rel=1e-12)
    assert after.clipped == pytest.approx(0.01, rel=1e-12)
    assert np.linalg.norm(after.network.W - network.W) <= 0.01 * settings.rate * (1 + 1e-12)


def test_decay_shrinks_the_matrices_and_not_the_biases():
    network = Network.random(bias=0.3, **SIZES)
    plain, decaying = (
        next(train(Moment.first(network), copying(), Settings(optimiser="sgd", rate=0.1, decay=decay)))
        for decay in (0, 0.5)
    )
    for name in WEIGHTS:
        pulled = 0.05 * getattr(network, name) if name in ("U", "W", "V") else 0.0
        np.testing.assert_allclose(
            getattr(plain.network, name) - getattr(decaying.network, name), pulled, rtol=1e-10, atol=1e-15
        )


def test_l1_decay_takes_eta_lambda_from_each_size_and_leaves_exact_zeros():
    network = Network.random(bias=0.3, **SIZES)
    usual = {"optimiser": "sgd", "rate": 0.1}
    plain, decaying = (
        next(train(Moment.first(network), copying(), Settings(decay=decay, decay_form="L1", **usual))).network
        for decay in (0, 2.0)
    )
    for name in WEIGHTS:
        free, theta = getattr(plain, name), getattr(decaying, name)
        threshold = 0.2 if name in ("U", "W", "V") else 0.0
        np.testing.assert_allclose(theta, np.sign(free) * np.maximum(np.abs(free) - threshold, 0.0), atol=1e-15)
        assert ((theta == 0.0) == (np.abs(free) <= threshold)).all()
    assert (
        0
        < zeros(decaying.parameters, decaying.architecture)[0]
        == sum(int((getattr(decaying, name) == 0.0).sum()) for name in ("U", "W", "V"))
    )


@pytest.mark.parametrize("optimiser", names.OPTIMISERS)
def test_l1_decay_ends_where_the_subgradient_of_the_loss_plus_lambda_times_the_norm_holds_zero(optimiser):
    # One weight too many: y = v₁ s₁ + v₂ s₂ with s₂ the weaker; Lasso keeps one and sets the other to exactly 0.
    network = Network.from_arrays(
        U=[[2.0], [1.0]], W=np.zeros((2, 2)), V=[[0.3, 0.3]], activation="identity", readout="identity"
    )
    examples = Examples([[[1.0]], [[-1.0]]], [[1.0], [-1.0]], loss="squared_error", at="last")
    settings = Settings(optimiser=optimiser, rate=0.01, decay=0.2, decay_form="l1", learn=("V",), clip="none")
    *_, last = islice(train(Moment.first(network), examples, settings), 600)
    # ½(2v − 1)² + 0.2 v is least at v = 0.45; the other's slope there, |(2v − 1)·1| = 0.1, is below λ.
    np.testing.assert_allclose(last.network.V, [[0.45, 0.0]], atol=1e-6)
    assert last.network.V[0, 1] == 0.0


@pytest.mark.parametrize("form", names.OMEGAS)
@pytest.mark.parametrize("cut", [{}, {"window": 2}, {"chunk": 2}], ids=str)
def test_omega_adds_its_gradient_to_that_of_W_whatever_is_truncated(form, cut):
    network, examples = Network.random(gain=0.5, **SIZES), copying()
    plain, moved = (
        next(
            train(
                Moment.first(network),
                examples,
                Settings(optimiser="sgd", rate=1.0, clip="none", omega=weight, omega_form=form, batch=30, **cut),
            )
        )
        for weight in (0.0, 4.0)
    )
    value, by = omega(bptt_batch(forward_batch(network, examples.batch(network, 30, 0, 0))), form)
    assert moved.omega == value
    assert np.isnan(plain.omega)
    np.testing.assert_allclose(plain.network.W - moved.network.W, 4.0 * by["W"], rtol=1e-10, atol=1e-14)
    np.testing.assert_array_equal(plain.network.U, moved.network.U)


@pytest.mark.parametrize("cut", [{"window": 2}, {"chunk": 3}], ids=str)
def test_truncation_is_that_of_bptt(cut):
    network, examples = Network.random(**SIZES), copying(1, steps=9)
    after = next(train(Moment.first(network), examples, Settings(optimiser="sgd", rate=1.0, clip="none", **cut)))
    gradient = bptt(network.forward(examples.inputs[0]), examples.targets[0], **cut)
    terms = len(examples.targets[0]) - 1
    np.testing.assert_allclose(network.W - after.network.W, gradient.W / terms, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("cut", ["window", "chunk"])
def test_truncation_beyond_the_end_is_none(cut):
    first = Moment.first(Network.random(cell="lstm", **SIZES))
    plain, long = (next(train(first, copying(), Settings(**options))) for options in ({}, {cut: 1000}))
    assert_same(plain, long)


def exploding():
    network = Network.from_arrays(cell="rnn", activation="identity", U=[[1.0]], W=[[1.5]], V=[[1.0]])
    examples = Examples([np.ones((20, 1))], [np.zeros((20, 1))], "squared_error")
    return network, examples


@pytest.mark.parametrize("optimiser", names.OPTIMISERS)
def test_divergence_keeps_the_last_good_weights_and_ends_the_stream(optimiser):
    network, examples = exploding()
    settings = Settings(optimiser=optimiser, rate=1e6, clip="none", momentum=0.9)
    run = list(islice(train(Moment.first(network), examples, settings), 200))
    *good, last = run
    assert last.diverged
    assert not any(moment.diverged for moment in good)
    assert all(np.isfinite(value).all() for value in weights(last).values())
    # RMSProp and Adam square the gradient, and so leave the range of numbers earlier.
    assert not last.norm < 1e150
    before = good[-1] if good else Moment.first(network)
    assert last.step == before.step
    assert last.network is before.network
    assert last.slots is before.slots
    assert list(train(last, examples, settings)) == []


def test_clipping_keeps_alive_what_diverges_without():
    network, examples = exploding()
    first = Moment.first(network)
    wild = list(islice(train(first, examples, Settings(optimiser="sgd", rate=1e-3, clip="none")), 50))
    tame = list(islice(train(first, examples, Settings(optimiser="sgd", rate=1e-3, clip="norm")), 50))
    assert wild[-1].diverged
    assert len(tame) == 50
    assert tame[-1].loss < tame[0].loss


def test_weights_that_leave_the_range_of_numbers_are_a_divergence_too():
    network = Network.from_arrays(cell="rnn", activation="identity", U=[[1e153]], W=[[0.5]], V=[[1e-3]])
    examples = Examples([np.ones((2, 1))], [[0.0]], "squared_error", "last")
    last = next(train(Moment.first(network), examples, Settings(optimiser="sgd", rate=1e6, clip="none")))
    assert last.diverged
    assert np.isfinite([last.loss, last.norm]).all()
    assert last.network is network


def test_moments_are_read_only():
    moment = next(train(Moment.first(Network.random(**SIZES)), copying(), Settings()))
    for array in (*weights(moment).values(), *moment.slots.values()):
        assert not array.flags.writeable


def test_stop_ends_between_two_moments():
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    run = train(Moment.first(Network.random(**SIZES)), copying(), Settings(), stop)
    assert [next(run).step for _ in range(3)] == [1, 2, 3]
    with pytest.raises(Stopped):
        next(run)


def test_examples_that_dont_fit_the_network_are_refused():
    with pytest.raises(BadTargets, match="class 2"):
        next(train(Moment.first(Network.random(inputs=3, hidden=4, outputs=2)), copying(), Settings()))
    with pytest.raises(BadTargets, match="0 sequences"):
        evaluate(Network.random(**SIZES), Examples([], []))


@pytest.mark.parametrize("size", [1, 7, 100])
def test_score_is_the_mean_over_all_terms_whatever_the_size_of_a_batch(size):
    network, examples = Network.random(**SIZES), copying()
    score = evaluate(network, examples, size)
    loss, right, terms = 0.0, 0, 0
    for x, a in zip(examples.inputs, examples.targets, strict=True):
        y = network.forward(x).y[1:]
        loss += float(np.sum(np.log(np.exp(y).sum(axis=1)) - y[np.arange(len(y)), a[1:]]))
        right += int((y.argmax(axis=1) == a[1:]).sum())
        terms += len(y)
    assert score.loss == pytest.approx(loss / terms, rel=1e-12)
    assert score.accuracy == right / terms


@pytest.mark.parametrize("at", ["last", "mean"])
def test_score_of_one_answer_a_sequence(at):
    network, examples = Network.random(**SIZES), copying(at=at)
    read = [
        network.forward(x).y[-1] if at == "last" else network.forward(x).s[1:].mean(axis=0) @ network.V.T
        for x in examples.inputs
    ]
    right = [y.argmax() == a for y, a in zip(read, examples.targets, strict=True)]
    assert evaluate(network, examples).accuracy == pytest.approx(np.mean(right))


def test_score_of_probabilities_asks_for_the_right_side_and_of_numbers_for_none():
    network = Network.from_arrays(cell="rnn", activation="identity", U=[[1.0]], W=[[0.0]], V=[[1.0]])
    inputs = [np.array([[2.0], [-1.0], [0.5], [3.0]])]
    targets = [np.array([[0.9], [0.8], [np.nan], [0.1]])]
    assert evaluate(network, Examples(inputs, targets, "binary_cross_entropy")).accuracy == pytest.approx(1 / 3)
    score = evaluate(network, Examples(inputs, targets, "squared_error"))
    assert np.isnan(score.accuracy)
    assert score.loss == pytest.approx(0.5 * (1.1**2 + 1.8**2 + 2.9**2) / 3)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"optimiser": "newton"}, "newton.*sgd"),
        ({"clip": "hard"}, "hard.*norm"),
        ({"omega_form": "cubed"}, "cubed.*paper"),
        ({"learn": ("Q",)}, "Q.*U, W"),
        ({"rate": -1.0}, "learning rate is -1"),
        ({"rate": float("nan")}, "learning rate is nan"),
        ({"momentum": 1.0}, "momentum is 1"),
        ({"batch": 0}, "batch is 0"),
        ({"threshold": 0.0}, "threshold is 0"),
        ({"window": 2, "chunk": 2}, "not by both"),
    ],
)
def test_settings_out_of_range_are_refused(wrong, says):
    with pytest.raises(BadSettings, match=says):
        Settings(**wrong)


def test_batch_counts_its_terms():
    network = Network.random(**SIZES)
    batch = Batch.of(network, [np.zeros((3, 3)), np.zeros((2, 3))], [[0, -1, 1], [2, 2]])
    assert batch.terms == 4
    assert Batch.of(network, [np.zeros((3, 3)), np.zeros((2, 3))], [0, 2], at="last").terms == 2


def test_the_longest_of_the_examples_is_looked_for_once():
    class Told(list):
        times = 0

        def __iter__(self):
            Told.times += 1
            return super().__iter__()

    examples = Examples(Told([np.zeros((3, 2)), np.zeros((7, 2)), [[0.0, 0.0]]]), [0, 1, 0], at="last")
    assert [examples.longest, examples.longest] == [7, 7]
    assert Told.times == 1
