"""Steps without a target: no loss, no gradient, in every way that a gradient is worked out."""

import warnings

import numpy as np
import pytest

from explorer.engine import BadTargets, Batch, bptt, bptt_batch, forward_batch, gradient_check, rtrl

from ..gradients import LOSSES, assert_gradients, random_targets

GIVEN = np.array([True, False, True, True, False, False, True, False])
every_loss = pytest.mark.parametrize("loss", LOSSES)


def masked(targets):
    """The targets with none where GIVEN says so."""
    out = np.array(targets)
    out[~GIVEN] = -1 if out.dtype.kind == "i" else np.nan
    return out


def case(random_trace, kind, loss):
    trace = random_trace(kind, hidden=3, steps=len(GIVEN))
    return trace, random_targets(trace, loss, "every")


@every_loss
@pytest.mark.parametrize("cut", [{}, {"window": 3}, {"chunk": 3}], ids=str)
def test_masked_gradient_is_the_sum_over_the_other_loss_steps(random_trace, kind, loss, cut):
    trace, targets = case(random_trace, kind, loss)
    whole, some = bptt(trace, targets, loss, **cut), bptt(trace, masked(targets), loss, **cut)
    np.testing.assert_array_equal(some.losses, np.where(GIVEN, whole.losses, 0.0))
    for name in ("U", "W", "b"):
        expected = sum(whole.total(name, "loss", t + 1) for t in np.flatnonzero(GIVEN))
        np.testing.assert_allclose(getattr(some, name), expected, rtol=0, atol=1e-13 * np.abs(expected).max())


@every_loss
def test_masked_gradient_is_that_of_central_differences(random_trace, kind, loss):
    trace, targets = case(random_trace, kind, loss)
    assert gradient_check(trace, masked(targets), loss) < 1e-7


@every_loss
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_masked_gradient_is_the_same_forward_in_time(random_trace, activation, loss):
    trace, targets = case(random_trace, ("rnn", activation), loss)
    assert_gradients(rtrl(trace, masked(targets), loss), bptt(trace, masked(targets), loss), tolerance=1e-12)


@every_loss
def test_items_of_masked_loss_steps_are_truly_zero(random_trace, kind, loss):
    trace, targets = case(random_trace, kind, loss)
    found = bptt(trace, masked(targets), loss)
    inside = np.tri(trace.steps, dtype=bool)
    assert (found.log_delta[~GIVEN][inside[~GIVEN]] == -np.inf).all()
    assert np.isfinite(found.log_delta[GIVEN][inside[GIVEN]]).any()
    assert found.items_deviation() < 1e-12


@every_loss
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_masks_of_a_batch_are_those_of_its_sequences(random_trace, kind, loss, dtype):
    trace, targets = case(random_trace, kind, loss)
    xs, wanted = [trace.x, trace.x[:5], trace.x[:7]], [masked(targets), masked(targets)[:5], targets[:7]]
    batch = Batch.of(trace.network, xs, wanted, loss, dtype=dtype)
    found = bptt_batch(forward_batch(trace.network, batch, trace.s[0]))
    apart = [bptt(trace.network.forward(x, trace.s[0]), a, loss) for x, a in zip(xs, wanted, strict=True)]
    tolerance = 1e-12 if dtype is np.float64 else 2e-5
    for name in ("U", "W", "b", "b_rec", "V", "c"):
        expected = sum(getattr(g, name) for g in apart)
        np.testing.assert_allclose(
            getattr(found, name), expected, rtol=0, atol=tolerance * max(np.abs(expected).max(), 1e-300)
        )
    assert found.losses.dtype == dtype
    assert batch.terms == GIVEN.sum() + GIVEN[:5].sum() + 7


@every_loss
def test_state_that_exploded_does_not_reach_through_a_mask(random_trace, loss):
    trace = random_trace(("rnn", "identity"), hidden=4, steps=len(GIVEN), gain=1e120)
    targets = random_targets(trace, loss, "every")
    first = np.arange(len(GIVEN)) == 0
    targets[~first] = -1 if targets.dtype.kind == "i" else np.nan
    with warnings.catch_warnings(action="error"):
        found = bptt(trace, targets, loss)
    assert not np.isfinite(trace.y).all()
    assert np.isfinite(found.loss)
    assert not found.losses[1:].any()


@every_loss
def test_all_masked_is_refused(random_trace, loss):
    trace, targets = case(random_trace, ("rnn", "tanh"), loss)
    nothing = np.full_like(targets, -1 if targets.dtype.kind == "i" else np.nan)
    with pytest.raises(BadTargets, match="No step has a target"):
        bptt(trace, nothing, loss)
    with pytest.raises(BadTargets, match="No step has a target"):
        Batch.of(trace.network, [trace.x], [nothing], loss)


@pytest.mark.parametrize("at", ["last", "mean"])
def test_loss_taken_once_needs_its_target(random_trace, at):
    trace = random_trace(("rnn", "tanh"))
    with pytest.raises(BadTargets, match="class -1"):
        bptt(trace, -1, at=at)
    with pytest.raises(BadTargets, match="not finite"):
        bptt(trace, [np.nan, np.nan], "squared_error", at)
