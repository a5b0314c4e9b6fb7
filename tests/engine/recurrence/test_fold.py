"""Blocks of steps side by side come to what the steps come to one after the other."""

import numpy as np
import pytest

from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.affine import is_affine
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run import forward
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll

from .cells import made

T = 70
AFFINE = [name for name in names() if is_affine(sized(cell(name).recurrence, 3, 4))]


def parsed(text, **sizes):
    return sized(Recurrence.parse(text, **sizes), 3, 4)


def come_to(monkeypatch, blocks, step, weights, x, s0=None, at_end=False):
    """States, output and all gradients of a run in so many blocks, or in none; and whether it was run in blocks."""
    monkeypatch.setattr(forward, "blocks_of", lambda steps, *_: blocks and (blocks, steps // blocks))
    run = roll(step, weights, x, s0)
    rng = np.random.default_rng(5)
    g_out, g_s = rng.standard_normal(run.out.shape), rng.standard_normal(run.s[1:].shape)
    if at_end:
        g_out[:-1], g_s = 0.0, None
    found = unroll(run, g_out, g_s, inputs=True)
    return [run.s, run.out, found.s, found.x, *found.weights.values()], run.stretch.fold is not None


def test_linear_cells_of_the_gallery_are_found_by_their_equations():
    assert {
        "mingru",
        "minlstm",
        "rglru",
        "lru",
        "s4d",
        "s5",
        "mamba",
        "mamba2",
        "mlstm",
        "retnet",
        "gla",
        "rwkv4",
    } < set(AFFINE)
    assert {"rnn", "lstm", "gru", "slstm", "indrnn", "deltanet", "sru", "rwkv7", "cornn"}.isdisjoint(AFFINE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("h = sigmoid(U @ x) * h - h / (1 + exp(b)) + tanh(V @ x)", True),
        ("h = sigmoid(U @ x + w * h) * h", False),
        ("h = W @ h + U @ x", False),
        ("h = h[2] + U @ x", False),
        ("p = a * p + U @ x\nq = b * q + p\nh = tanh(p * q)", True),
        ("h = b / h + U @ x", False),
    ],
)  # fmt: skip
def test_what_is_carried_on_entry_by_entry_is_found_by_the_equations(text, found):
    assert is_affine(parsed(text)) is found


@pytest.mark.parametrize(("lead", "scale"), [((), 12.0), ((2, 2), 0.4)])
@pytest.mark.parametrize("name", AFFINE)
def test_blocks_come_to_what_the_steps_come_to(name, scale, lead, monkeypatch):
    step, weights = made(name, scale=scale)
    x = np.random.default_rng(3).standard_normal((T, *lead, step.inputs))
    for at_end in (False, True):
        plain, _ = come_to(monkeypatch, None, step, weights, x, at_end=at_end)
        blocks, folded = come_to(monkeypatch, 9, step, weights, x, at_end=at_end)
        assert folded or np.abs(plain[0]).max() > 1e20
        for one, other in zip(blocks, plain, strict=True):
            np.testing.assert_array_equal(one == 0.0, other == 0.0)
            size = np.abs(other).max(where=np.isfinite(other), initial=0.0)
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12 * size)


def test_state_that_decays_alone_keeps_its_digits_and_zeros(monkeypatch):
    step = parsed("h = relu(a) * h + 0 * (U @ x)")
    weights = {"a": np.array([1e-4, 0.5, 0.0, -1.0]), "U": np.ones((4, 3))}
    plain, _ = come_to(monkeypatch, None, step, weights, np.ones((T, 3)), np.ones(4), at_end=True)
    blocks, folded = come_to(monkeypatch, 9, step, weights, np.ones((T, 3)), np.ones(4), at_end=True)
    assert folded
    for one, other in zip(blocks[:3], plain[:3], strict=True):
        np.testing.assert_allclose(one[:, :2], other[:, :2], rtol=1e-12)
        np.testing.assert_array_equal(one, np.where(other == 0.0, 0.0, one))


@pytest.mark.parametrize("grown", [1e9, 1e200, -1e9, np.inf, np.nan])
def test_what_overflows_in_the_steps_overflows_in_blocks_where_they_do(grown, monkeypatch):
    step = parsed("h = a * h + U @ x")
    weights = {"a": np.array([0.5, grown, 1.0, -0.9]), "U": np.ones((4, 3))}
    x = np.random.default_rng(3).standard_normal((T, 3))
    x[40] = 1e300
    plain, _ = come_to(monkeypatch, None, step, weights, x)
    blocks, _ = come_to(monkeypatch, 9, step, weights, x)
    assert not np.isfinite(plain[0]).all()
    for one, other in zip(blocks, plain, strict=True):
        np.testing.assert_array_equal(one, other)


def test_gradient_that_overflows_on_the_way_back_does_so_in_blocks_at_the_same_steps(monkeypatch):
    step = parsed("h = exp(U @ x) * h")
    weights = {"U": np.array([[12.0, 0, 0], [0, 12.0, 0], [0, 0, 11.0], [-9.0, 0, 0]])}
    x, s0 = np.ones((T, 3)), np.zeros(4)
    plain, _ = come_to(monkeypatch, None, step, weights, x, s0)
    blocks, folded = come_to(monkeypatch, 9, step, weights, x, s0)
    assert folded
    assert not np.isfinite(plain[2]).all()
    for one, other in zip(blocks, plain, strict=True):
        np.testing.assert_array_equal(one, other)
