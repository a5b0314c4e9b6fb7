"""Runs whose weights change, of uneven lengths, in windows, and one step at a time: all are the plain run, cut elsewhere."""

import numpy as np
import pytest

from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.legs import Leg, travel, uneven
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.recurrence.run.walk import Walk

from .cells import EVERY, made

T, LENGTHS = 6, (6, 6, 4, 1)
SOME = ("rnn", "lstm", "gru", "slstm", "mist", "deltanet", "time-delay network", "measures and time")


def sequence(step, lead, seed=0, steps=T):
    rng = np.random.default_rng((seed, 21))
    x = rng.standard_normal((steps, *lead, step.inputs))
    s0 = np.where(np.isfinite(step.start()), 0.3 * rng.standard_normal((*lead, step.N)), step.start())
    return x, s0


def entering(run, seed=0):
    """Gradients on what a run gave out and on its states."""
    rng = np.random.default_rng((seed, 22))
    g_s = np.where(np.isfinite(run.s[1:]), rng.standard_normal(run.s[1:].shape), 0.0)
    return rng.standard_normal(run.out.shape), g_s


def close(found, expected, name="", rtol=1e-10, atol=1e-11):
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol, err_msg=name)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(("states", "detached"), [(False, []), (True, [2, 4])])
def test_batch_of_uneven_lengths_is_its_sequences_one_by_one(name, states, detached):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, (len(LENGTHS),))
    run = travel(uneven(step, weights, LENGTHS), x, s0)
    g_out, g_s = entering(run)
    back = run.back(g_out, g_s if states else None, detached, inputs=True)
    total = dict.fromkeys(weights, 0.0)
    for row, length in enumerate(LENGTHS):
        alone = roll(step, weights, x[:length, row], s0[row])
        close(run.s[: length + 1, row], alone.s)
        close(run.out[:length, row], alone.out)
        assert (run.s[length + 1 :, row] == 0).all()
        assert (run.out[length:, row] == 0).all()
        pulled = unroll(alone, g_out[:length, row], g_s[:length, row] if states else None, detached, inputs=True)
        close(back.s[: length + 1, row], pulled.s)
        close(back.x[:length, row], pulled.x)
        assert (back.s[length + 1 :, row] == 0).all()
        assert (back.x[length:, row] == 0).all()
        total = {key: total[key] + pulled.weights[key] for key in weights}
    for key, weight in total.items():
        close(back.weights[0][key], weight, key)


@pytest.mark.parametrize("name", EVERY)
def test_run_goes_on_over_a_seam_as_if_there_were_none(name):
    """State, delays and time, forward and back; the gradients of two copies of the weights sum to those of one."""
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, (3,))
    parts = travel([Leg(step, weights, 2), Leg(step, dict(weights), 1), Leg(step, weights, T - 3)], x, s0)
    one = roll(step, weights, x, s0)
    close(parts.s, one.s)
    close(parts.out, one.out)
    g_out, g_s = entering(one)
    back, expected = parts.back(g_out, g_s, inputs=True), unroll(one, g_out, g_s, inputs=True)
    close(back.s, expected.s)
    close(back.x, expected.x)
    first, second = back.weights
    for key in weights:
        close(first[key] + second[key], expected.weights[key], key)


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "deltanet"])
def test_encoder_and_decoder_are_two_runs_joined_at_the_seam(name):
    """The decoder has weights of its own and fewer inputs."""
    encoder, coding = made(name, inputs=3, scale=0.4)
    decoder, decoding = made(name, inputs=2, scale=0.4, seed=1)
    x, s0 = sequence(encoder, (3,))
    run = travel([Leg(encoder, coding, 4), Leg(decoder, decoding, T - 4)], x, s0)
    first = roll(encoder, coding, x[:4], s0)
    second = roll(decoder, decoding, x[4:, :, :2], first.s[-1])
    close(run.s, np.concatenate([first.s, second.s[1:]]))
    g_out, _ = entering(run)
    back = run.back(g_out, inputs=True)
    late = unroll(second, g_out[4:], inputs=True)
    at_seam = np.zeros_like(first.s[1:])
    at_seam[-1] = late.s0
    early = unroll(first, g_out[:4], at_seam, inputs=True)
    close(back.x[:4], early.x)
    close(back.x[4:, :, :2], late.x)
    assert (back.x[4:, :, 2:] == 0).all()
    for found, expected in zip(back.weights, (early.weights, late.weights), strict=True):
        for key in expected:
            close(found[key], expected[key], key)


@pytest.mark.parametrize("name", ["rnn", "mgu"])
def test_weights_of_every_step_have_gradients_of_their_own(name):
    """A deep network of unshared weights: each gradient is the slope of Σ g·out along a random direction."""
    step, _ = made(name)
    layers = [made(name, scale=0.5, seed=seed)[1] for seed in range(T)]
    x, s0 = sequence(step, (3,))
    run = travel([Leg(step, weights, 1) for weights in layers], x, s0)
    g_out, _ = entering(run)
    back = run.back(g_out)
    rng = np.random.default_rng(3)
    for place, weights in enumerate(layers):
        way = {key: rng.standard_normal(np.shape(weight)) for key, weight in weights.items()}
        ends = []
        for size in (1e-6, -1e-6):
            moved = list(layers)
            moved[place] = {key: weight + size * way[key] for key, weight in weights.items()}
            ends.append((g_out * travel([Leg(step, one, 1) for one in moved], x, s0).out).sum())
        slope = sum((back.weights[place][key] * way[key]).sum() for key in weights)
        close(slope, (ends[0] - ends[1]) / 2e-6, rtol=1e-6, atol=1e-8)


def windowed(run, g_out, g_s, window, detached):
    """The sum over the losses one by one, of each the terms of the last steps."""
    total = None
    for t in range(1, len(g_out) + 1):
        only, only_s = np.zeros_like(g_out), np.zeros_like(g_s)
        only[t - 1], only_s[t - 1] = g_out[t - 1], g_s[t - 1]
        one = run.back(only, only_s, [*detached, *([t - window] if t > window else [])], inputs=True)
        parts = [*one.weights[0].values(), one.x, one.s]
        total = parts if total is None else [a + b for a, b in zip(total, parts, strict=True)]
    return total


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(("window", "detached"), [(1, []), (3, []), (3, [2])])
def test_window_keeps_the_terms_of_the_last_steps_of_each_loss(name, window, detached):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, (len(LENGTHS),))
    run = travel(uneven(step, weights, LENGTHS), x, s0)
    g_out, g_s = entering(run)
    back = run.back(g_out, g_s, detached, inputs=True, window=window)
    found = [*back.weights[0].values(), back.x, back.s]
    for one, expected in zip(found, windowed(run, g_out, g_s, window, detached), strict=True):
        close(one, expected, atol=1e-10)


def test_window_as_long_as_the_run_cuts_nothing():
    step, weights = made("lstm")
    run = roll(step, weights, *sequence(step, (3,)))
    g_out, _ = entering(run)
    assert (unroll(run, g_out, window=T).s == unroll(run, g_out).s).all()


@pytest.mark.parametrize("name", ["lstm", "mgu", "mist"])
def test_many_networks_at_once_have_uneven_lengths_and_windows(name):
    step, weights = made(name, scale=0.4)
    rng = np.random.default_rng(13)
    many = {key: weight + 0.1 * rng.standard_normal((2, *weight.shape)) for key, weight in weights.items()}
    x, s0 = sequence(step, (2, len(LENGTHS)))
    run = travel(uneven(step, many, LENGTHS), x, s0)
    g_out, _ = entering(run)
    for window in (None, 2):
        back = run.back(g_out, window=window)
        for r in range(2):
            own = {key: weight[r] for key, weight in many.items()}
            alone = travel(uneven(step, own, LENGTHS), x[:, r], s0[r])
            close(run.s[:, r], alone.s)
            expected = alone.back(g_out[:, r], window=window)
            close(back.s[:, r], expected.s)
            for key in weights:
                close(back.weights[0][key][r], expected.weights[0][key], key)


def test_nothing_is_worked_out_behind_a_sequence_s_end():
    """The short sequence would overflow on, into NaN."""
    step = sized(Recurrence.parse("h = h * h * h + U @ x - h"), 1, 2)
    weights = {"U": np.ones((2, 1))}
    x = np.zeros((12, 2, 1))
    x[:, 1] = 30.0
    run = travel(uneven(step, weights, (12, 3)), x)
    assert not np.isfinite(roll(step, weights, x).s).all()
    assert np.isfinite(run.s).all()
    g_out = np.ones(run.out.shape)
    g_out[3:, 1] = np.nan
    back = run.back(g_out)
    assert np.isfinite(back.weights[0]["U"]).all()


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("window", [None, 2])
def test_legs_keep_the_precision_of_their_input(name, window):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, (len(LENGTHS),))
    run = travel(uneven(step, weights, LENGTHS), x.astype(np.float32), s0)
    g_out, _ = entering(run)
    back = run.back(g_out.astype(np.float32), inputs=True, window=window)
    for array in (run.s, run.out, back.s, back.x, *back.weights[0].values()):
        assert array.dtype == np.float32


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lead", [(), (3,)])
def test_walk_is_the_run_one_step_at_a_time(name, lead):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, lead)
    run, walk = roll(step, weights, x, s0), Walk(step, weights, s0)
    for t in range(T):
        close(walk.on(x[t]), run.out[t])
        close(walk.s, run.s[t + 1])


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lead", [(), (3,)])
def test_walk_goes_on_where_a_run_ended(name, lead):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, lead)
    run, walk = roll(step, weights, x, s0), Walk.after(roll(step, weights, x[:4], s0).journey, step, weights)
    for t in range(4, T):
        close(walk.on(x[t]), run.out[t])
        close(walk.s, run.s[t + 1])


@pytest.mark.parametrize("name", ["lstm", "deltanet", "residual"])
def test_decoder_walks_on_where_its_encoder_ended(name):
    encoder, coding = made(name, inputs=3, scale=0.4)
    decoder, decoding = made(name, inputs=2, scale=0.4, seed=1)
    x, s0 = sequence(encoder, (3,))
    run = travel([Leg(encoder, coding, 4), Leg(decoder, decoding, T - 4)], x, s0)
    walk = Walk.after(roll(encoder, coding, x[:4], s0).journey, decoder, decoding)
    for t in range(4, T):
        close(walk.on(x[t, :, :2]), run.out[t])


def test_walk_reads_what_the_equations_start_from_where_a_run_is_too_short():
    encoder, coding = made("rnn", width=4)
    decoder = sized(Recurrence.parse("h = tanh(h[3] + U @ x[1])", start={"h": 0.5}), 3, 4)
    weights = {"U": np.ones((4, 3))}
    x = np.ones((1, 3))
    walk = Walk.after(roll(encoder, coding, x).journey, decoder, weights)
    close(walk.on(x[0]), np.tanh(0.5 + 3.0) * np.ones(4))


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("shape", [(0, 3), (0, 2, 3), (3, 0, 3)])
def test_no_steps_and_no_sequences_are_a_run_too(name, shape):
    step, weights = made(name)
    run = roll(step, weights, np.zeros(shape))
    found = unroll(run, np.zeros(run.out.shape), inputs=True)
    assert found.x.shape == shape
    assert all((found.weights[key] == 0).all() for key in weights)
