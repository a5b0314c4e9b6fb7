"""The optimisers and clipping: closed forms, PyTorch's own steps, and what they never do."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.engine import Settings
from explorer.engine.learning import settings as names
from explorer.engine.learning.clipping import clipped, norm
from explorer.engine.learning.decay import decayed
from explorer.engine.learning.optimisers import OPTIMISERS, updated

CASES = json.loads((Path(__file__).parents[1] / "data" / "optimisers.json").read_text(encoding="utf-8"))["cases"]


def descend(optimiser, gradients, start=1.0, **options):
    """The values of one weight after each of the gradients."""
    settings, theta, slots, path = Settings(optimiser=optimiser, **options), {"W": np.array([start])}, {}, []
    for g in gradients:
        theta, slots = updated(theta, {"W": np.array([g])}, slots, settings)
        path.append(theta["W"][0])
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['optimiser']}-{case['clip']}-{case['decay']}")
def test_steps_are_those_of_pytorch(case):
    settings = Settings(
        **{name: case[name] for name in ("optimiser", "clip", "threshold", "rate", "momentum", "decay")}
    )
    theta, slots = arrays(case["start"]), {}
    for g, after in zip(case["gradients"], case["after"], strict=True):
        cut = clipped(arrays(g), settings)
        theta, slots = updated(theta, decayed(theta, cut, settings, {name: name for name in cut}), slots, settings)
        # PyTorch divides by the norm plus 1e-6.
        tolerance = 1e-5 if case["clip"] == "norm" else 1e-13
        for name in theta:
            np.testing.assert_allclose(theta[name], np.array(after[name]), rtol=tolerance, atol=tolerance)


def arrays(state):
    return {name: np.array(value) for name, value in state.items()}


def test_sgd_under_a_constant_gradient_walks_at_a_constant_pace():
    np.testing.assert_allclose(descend("sgd", [2.0] * 4, rate=0.1), 1.0 - 0.2 * np.arange(1, 5), rtol=1e-14)


def test_momentum_under_a_constant_gradient_reaches_the_geometric_sum():
    k = np.arange(1, 8)
    # v_k = g (1 − μ^k)/(1 − μ), and θ is the sum of them.
    pace = 2.0 * (1 - 0.5**k) / 0.5
    found = descend("momentum", [2.0] * 7, rate=0.1, momentum=0.5)
    np.testing.assert_allclose(found, 1.0 - 0.1 * np.cumsum(pace), rtol=1e-13)


def test_rmsprop_under_a_constant_gradient_slows_down_to_the_rate():
    k = np.arange(1, 2001)
    pace = 2.0 / (2.0 * np.sqrt(1 - 0.99**k) + 1e-8)
    found = descend("rmsprop", [2.0] * 2000, rate=0.1)
    np.testing.assert_allclose(found, 1.0 - 0.1 * np.cumsum(pace), rtol=1e-11)
    assert found[-2] - found[-1] == pytest.approx(0.1, rel=1e-6)


@pytest.mark.parametrize("g", [1e-3, 2.0, -1e6])
def test_adam_under_a_constant_gradient_steps_by_the_rate_whatever_its_size(g):
    found = descend("adam", [g] * 5, rate=0.1)
    np.testing.assert_allclose(found, 1.0 - np.sign(g) * 0.1 * np.arange(1, 6) / (1 + 1e-8 / abs(g)), rtol=1e-12)


def test_adam_on_two_gradients_is_the_formula_written_out():
    m1, v1 = 0.1 * 3.0, 0.001 * 9.0
    first = 1.0 - 0.1 * (m1 / 0.1) / (np.sqrt(v1 / 0.001) + 1e-8)
    m2, v2 = 0.9 * m1 - 0.1, 0.999 * v1 + 0.001
    second = first - 0.1 * (m2 / (1 - 0.81)) / (np.sqrt(v2 / (1 - 0.999**2)) + 1e-8)
    np.testing.assert_allclose(descend("adam", [3.0, -1.0], rate=0.1), [first, second], rtol=1e-14)


@pytest.mark.parametrize("before", ["momentum", "rmsprop", "sgd"])
def test_optimiser_changed_while_training_begins_as_at_its_first_step(before):
    theta, slots = {"W": np.array([1.0])}, {}
    for _ in range(50):
        theta, slots = updated(theta, {"W": np.array([0.3])}, slots, Settings(optimiser=before, rate=0.01))
    start = theta["W"][0]
    theta, slots = updated(theta, {"W": np.array([0.3])}, slots, Settings(optimiser="adam", rate=0.01))
    assert start - theta["W"][0] == pytest.approx(0.01, rel=1e-6)
    assert set(slots) == {"m.W", "v.W", "t.W"}


def test_nothing_given_is_changed():
    theta, slots = {"W": np.ones(3)}, {"m.W": np.ones(3), "v.W": np.ones(3), "t.W": np.ones(1)}
    for array in (*theta.values(), *slots.values()):
        array.setflags(write=False)
    for name in OPTIMISERS:
        updated(theta, {"W": np.full(3, 0.5)}, slots, Settings(optimiser=name))


def test_table_has_the_names_of_the_settings():
    assert tuple(OPTIMISERS) == names.OPTIMISERS


def test_clipping_by_norm_shortens_all_weights_together_and_keeps_the_direction():
    gradients = {"W": np.array([[3.0, 0.0], [0.0, 4.0]]), "b": np.array([12.0])}
    cut = clipped(gradients, Settings(clip="norm", threshold=6.5))
    assert norm(gradients) == 13.0
    assert norm(cut) == pytest.approx(6.5, rel=1e-15)
    for name, g in gradients.items():
        np.testing.assert_allclose(cut[name], 0.5 * g, rtol=1e-15)


def test_clipping_by_value_cuts_each_entry():
    cut = clipped({"b": np.array([-5.0, 0.5, 2.0])}, Settings(clip="value", threshold=1.0))
    np.testing.assert_array_equal(cut["b"], [-1.0, 0.5, 1.0])


@pytest.mark.parametrize("clip", names.CLIPS)
def test_short_gradients_are_left_alone(clip):
    g = {"b": np.array([-0.3, 0.4])}
    np.testing.assert_array_equal(clipped(g, Settings(clip=clip, threshold=0.5))["b"], g["b"])


@pytest.mark.parametrize("scale", [1e-300, 1e-5, 1e300])
def test_norm_neither_overflows_nor_underflows(scale):
    assert norm({"W": np.array([3 * scale]), "b": np.array([4 * scale])}) == pytest.approx(5 * scale, rel=1e-14)
    cut = clipped({"W": np.array([3e300]), "b": np.array([4e300])}, Settings(threshold=5.0))
    np.testing.assert_allclose([cut["W"][0], cut["b"][0]], [3.0, 4.0], rtol=1e-14)


def test_norm_of_what_is_no_number_is_none_whatever_stands_beside_it():
    for order in (("W", "b"), ("b", "W")):
        gradients = {"W": np.zeros(2), "b": np.array([np.nan])}
        assert np.isnan(norm({name: gradients[name] for name in order}))
    assert norm({"W": np.array([-np.inf])}) == np.inf
    assert norm({}) == 0.0
