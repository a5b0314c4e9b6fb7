"""What the loss sees of the shown sequence: its map, cut or whole, and what of it need not be worked out twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.workspace.exploration.exploration import Exploration, Signal
from explorer.workspace.exploration.task import Aim
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.analyst import Analyst
from explorer.workspace.looks.judging import Judged
from tests.engine.gradients import changed


def judged(at: str = "every", steps: int = 12, quantity: str = "W", **settings: int) -> Judged:
    exploration = Exploration(sequence=Signal(steps=steps), aim=Aim(at=at)).with_recipe(hidden=5)
    shown = exploration.with_lens(quantity=quantity).with_settings(**settings)
    found = inspect(analyse(shown)).judged
    assert found is not None
    return found


@pytest.mark.parametrize("at", ["every", "last", "mean"])
@pytest.mark.parametrize("cut", [{}, {"window": 1}, {"window": 5}, {"chunk": 5}, {"chunk": 1}, {"window": 40}])
@pytest.mark.parametrize("quantity", ["delta", "W", "U"])
def test_map_is_that_of_truncated_backpropagation(at, cut, quantity):
    found = judged(at, **cut)
    terms = found.cut.log_delta if quantity == "delta" else found.cut.log_terms(quantity)
    shown = found.log_map(quantity)
    np.testing.assert_allclose(shown[1:, 1:], terms, rtol=1e-12)
    assert np.isnan(shown[0]).all()
    assert np.isnan(shown[:, 0]).all()


def test_cut_is_exactly_zero_and_the_future_is_not_defined():
    shown = judged(window=3).log_map("delta")
    t, k = np.indices(shown.shape)
    inside = (t > 0) & (k > 0)
    assert (shown[inside & (t - k >= 3)] == -np.inf).all()
    assert np.isfinite(shown[inside & (t - k < 3) & (k <= t)]).all()
    assert np.isnan(shown[k > t]).all()


@pytest.mark.parametrize("size", [1e-290, 1e-165, 1e165, 1e300])
def test_what_truncation_leaves_does_not_depend_on_how_large_the_gradient_is(size):
    found = judged(window=2)
    full, cut = (changed(part, W=size * part.W, U=size * part.U) for part in (found.full, found.cut))
    scaled = replace(found, full=full, cut=cut)
    for name in ("W", "U"):
        assert found.kept(name)[0] > 1e-3
        assert scaled.kept(name) == pytest.approx(found.kept(name), rel=1e-12)


def looks(*explorations: Exploration) -> list[Inspection]:
    analyst = Analyst()
    return [next(analyst.look(e, lambda: False, lambda _: None)) for e in explorations]


def test_moving_the_window_or_the_pair_keeps_the_whole_gradient_and_another_network_does_not():
    first = Exploration(sequence=Signal(steps=8)).with_recipe(hidden=3).with_lens(quantity="W")
    second = first.with_settings(window=3)
    third, fourth = second.with_selection(t=5, k=2), second.with_recipe(gain=0.5)
    fulls = [look.judged.full for look in looks(first, second, third, fourth) if look.judged]
    assert fulls[0] is fulls[1] is fulls[2]
    assert fulls[3] is not fulls[0]


def test_another_target_is_another_gradient():
    first = Exploration(sequence=Signal(steps=8)).with_recipe(hidden=3).with_lens(quantity="W")
    one, other = (look.judged for look in looks(first, Exploration(
        networks=first.networks, sequence=first.sequence, lens=first.lens, aim=Aim(target=2.0)
    )))  # fmt: skip
    assert one is not None
    assert other is not None
    assert one.full is not other.full
    assert one.full.loss != other.full.loss


@pytest.mark.parametrize("target", [0.0, -3.0, 99.0])
def test_class_that_there_is_not_is_refused_in_the_counting_of_the_window(target: float):
    exploration = Exploration(sequence=Signal(steps=5), aim=Aim(target=target)).with_recipe(
        hidden=3, readout="softmax", outputs=3
    )
    found = inspect(analyse(exploration.with_lens(quantity="W"))).unjudged
    assert str(found) == f"The target is class {target:.0f}; the network has the classes 1 to 3."
    assert inspect(analyse(exploration.with_lens(quantity="W"))).judged is None
