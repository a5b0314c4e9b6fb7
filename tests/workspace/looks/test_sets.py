"""What a comparison begins with: networks that differ in one thing, and in nothing else."""

import math

import numpy as np
import pytest

from explorer.engine import lyapunov_exponents
from explorer.engine.errors import BadExploration
from explorer.engine.learning.decay import zeros
from explorer.engine.learning.settings import Settings
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.differences import differences, names
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal, replace
from explorer.workspace.exploration.record import Record, Snapshot, packed
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.looks.measures import Scene, measured
from explorer.workspace.looks.sets import (
    before_training,
    clipped_or_not,
    decayed_both_ways,
    flossed_or_not,
    looked_for,
    of_activations,
    of_cells,
    of_chrono_start,
    of_forget_bias,
    of_orthogonal_start,
    of_residual,
    of_seeds,
    of_training,
    regularised_or_not,
)
from explorer.workspace.tasks import taught

PLAIN = Exploration(networks=(Recipe(hidden=4, gain=1.2),), sequence=Signal(steps=6))


def called(recipe: Recipe) -> str:
    return recipe.activation if recipe.recurrence.activation is not None else recipe.cell_name


def named(exploration: Exploration) -> list[str]:
    return list(map(str, names(exploration.networks, called)))


def test_the_activations_are_those_that_the_program_opens_on() -> None:
    assert of_activations(Exploration()) == default().exploration


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (of_activations, ["tanh", "sigmoid", "relu"]),
        (of_cells, ["tanh", "lstm", "gru"]),
        (of_seeds, ["seed 2", "seed 3", "seed 4", "seed 5"]),
        (of_orthogonal_start, ["gain 1.2 · gaussian", "gain 1 · orthogonal"]),
        (of_chrono_start, ["forget bias 1", "chrono start up to 6 steps"]),
        (of_forget_bias, ["forget bias 0", "forget bias 1", "forget bias 5"]),
    ],
)
def test_a_set_differs_in_what_it_is_about_alone(make, expected: list[str]) -> None:
    made = make(PLAIN)
    assert named(made) == expected
    assert (made.stage, made.together, made.active) == ("beside", True, 0)
    assert made.sequence == PLAIN.sequence


def test_activations_and_cells_share_every_weight_that_they_have_in_common() -> None:
    tanh, sigmoid, relu = (build(recipe, 1) for recipe in of_activations(PLAIN).networks)
    for other in (sigmoid, relu):
        np.testing.assert_array_equal(other.W, tanh.W)
        np.testing.assert_array_equal(other.U, tanh.U)


def test_a_cell_that_forgets_keeps_its_place_beside_its_forget_biases() -> None:
    made = of_forget_bias(PLAIN.with_recipe(cell="peephole"))
    assert {recipe.cell for recipe in made.networks} == {"peephole"}


def test_what_was_learnt_stands_beside_the_weights_that_it_began_with() -> None:
    moments = tuple(
        Snapshot(step=step, tensors=packed({name: np.full(shape, 0.1 * step) for name, shape in SHAPES.items()}))
        for step in (0, 7)
    )
    own = Recipe(hidden=2, outputs=1, readout="identity", trained=moments[1], record=Record(snapshots=moments))
    made = of_training(replace(PLAIN, networks=(own,)))
    assert [recipe.trained.step for recipe in made.networks] == [0, 7]
    assert made.networks[1] == own
    assert not made.together
    assert list(map(str, differences(*made.networks, called))) == ["trained, update 0 → trained, update 7"]


SHAPES = {"U": (2, 1), "W": (2, 2), "b": (2,), "V": (1, 2), "c": (1,)}


def test_nothing_learnt_is_said_to_be_so() -> None:
    with pytest.raises(BadExploration, match="learnt nothing"):
        of_training(PLAIN)


GAINS = {"seed": (0, 1, 2), "gain": (0.8, 1.2)}
OPEN = [Exploration(networks=(Recipe(seed=seed, gain=gain),)) for seed in GAINS["seed"] for gain in GAINS["gain"]]


def gains(exploration: Exploration) -> list[float]:
    scene = Scene.worked_out(exploration)
    return [measured(scene, "end_gain", i) for i in range(len(exploration.networks))]


@pytest.mark.parametrize("exploration", OPEN[::2])
def test_a_simple_network_loses_the_past_before_gated_ones_and_a_residual_one_at_a_low_gain(exploration) -> None:
    low = exploration.with_recipe(gain=0.4)
    simple, *gated = gains(of_cells(low))
    assert simple < min(gated)
    plain, residual = gains(of_residual(low))
    assert plain < math.log(1e-6) < 0.0 < residual


@pytest.mark.parametrize("exploration", OPEN)
def test_more_of_the_gradient_reaches_the_start_the_more_open_the_forget_gate_begins(exploration) -> None:
    biases = gains(of_forget_bias(exploration))
    assert biases == sorted(biases)
    usual, chrono = gains(of_chrono_start(exploration))
    assert chrono > usual


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_behind_an_orthogonal_W_no_gradient_grows(activation: str) -> None:
    made = of_orthogonal_start(OPEN[1].with_recipe(activation=activation))
    row = Scene.worked_out(made).runs[1].log_gain[36, :37]
    assert np.all(np.diff(row) >= -1e-12)
    assert row[-1] == 0.0


def test_what_to_look_at_is_said_while_the_networks_differ_in_that_alone() -> None:
    makes = (of_activations, of_cells, of_seeds, of_orthogonal_start, of_residual, of_forget_bias, of_chrono_start)
    said = [looked_for(make(PLAIN).networks) for make in makes]
    assert None not in said
    assert len(set(map(str, said))) == len(makes)
    dragged = of_seeds(PLAIN).with_recipe(gain=0.7)
    assert looked_for(dragged.networks) == said[2]
    assert looked_for(replace(dragged, together=False).with_recipe(gain=0.9).networks) is None


def test_of_cells_that_leave_no_choice_of_f_nothing_is_said_of_f() -> None:
    """Three LSTMs that were tanh, sigmoid and ReLU are the same network: what one was called before does not set it apart."""
    alike = of_activations(PLAIN).with_recipe(cell="lstm").networks
    assert [recipe.activation for recipe in alike] == ["tanh", "sigmoid", "relu"]
    assert looked_for(alike) is None
    assert differences(alike[0], alike[1], called) == ()


def trained_by(settings: Settings, step: int) -> Recipe:
    tensors = packed(
        {name: np.full(shape, 0.1 + settings.omega + (settings.clip == "norm")) for name, shape in SHAPES.items()}
    )
    now = Snapshot(step=step, tensors=tensors)
    record = Record(snapshots=(Snapshot(step=0, tensors=PLAIN_TENSORS), now), settings=settings)
    return Recipe(hidden=2, outputs=1, readout="identity", trained=now, record=record)


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (clipped_or_not, ["clip: not at all", "clip: by norm, 1"]),
        (regularised_or_not, ["Ω: 0", "Ω: 1"]),
        (flossed_or_not, ["flossing: 0", "flossing: 1"]),
        (decayed_both_ways, ["decay: ℓ₂", "decay: ℓ₁"]),
    ],
)
def test_two_trainings_are_called_by_what_differs_in_how_they_were_trained(ways, expected: list[str]) -> None:
    networks = tuple(trained_by(settings, 9) for settings in ways(Settings()))
    assert list(map(str, names(networks, called))) == expected
    assert "The same start, trained with" in str(looked_for(networks))


def trained_in_turn(seed: int, ways, updates: int) -> Exploration:
    start = taught(Exploration().with_recipe(hidden=12, seed=seed, gain=0.8), Task(kind="recall", lag=20))
    start = start.with_settings(batch=5)
    made = before_training(start)
    for i, settings in enumerate(ways(start.settings)):
        made = replace(made, active=i, settings=settings)
        for progress in training(made, updates=updates, every=1e9):
            made = recorded(made, progress)
    return made.with_selection(t=22, k=0)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_training_with_omega_keeps_more_of_the_gradient_at_its_size(seed: int) -> None:
    without, held = gains(trained_in_turn(seed, regularised_or_not, 40))
    assert abs(held) < abs(without)


def test_a_training_with_flossing_ends_with_exponents_nearer_to_zero() -> None:
    made = trained_in_turn(0, flossed_or_not, 20)
    course = [Scene.worked_out(made).runs[i].course for i in (0, 1)]
    without, held = (np.abs(lyapunov_exponents(one)[:8]).mean() for one in course)
    assert held < 0.5 * without


def test_only_l1_decay_leaves_weights_that_are_exactly_zero() -> None:
    made = trained_in_turn(0, decayed_both_ways, 40)
    left = [zeros(recipe.trained.weights, recipe.architecture(10))[0] for recipe in made.networks if recipe.trained]
    assert left[0] == 0 < left[1]


def test_clipping_shortens_an_update_and_lengthens_none() -> None:
    low = Settings(batch=5, threshold=0.05)
    made = trained_in_turn(0, lambda _: clipped_or_not(low), 10)
    free, clipped = (recipe.record for recipe in made.networks)
    np.testing.assert_array_equal(free.column("clipped"), free.column("norm"))
    assert np.all(clipped.column("clipped") <= clipped.column("norm"))
    assert np.all(clipped.column("clipped") <= 0.05 * (1 + 1e-12))


def test_a_set_that_trains_begins_twice_with_the_same_weights_and_needs_a_task() -> None:
    with pytest.raises(BadExploration, match="choose a task"):
        before_training(PLAIN)
    trained = replace(PLAIN, networks=(trained_by(Settings(), 5),), task=Task(kind="recall"))
    made = before_training(trained)
    assert made.networks[0] == made.networks[1]
    assert made.networks[0].trained is None


PLAIN_TENSORS = packed({name: np.full(shape, 0.1) for name, shape in SHAPES.items()})
