"""Networks side by side: what a pin, a change of all, a choice and a removal make of an exploration."""

import numpy as np
import pytest

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.beside import alone, beside, moved, pinned, removed
from explorer.workspace.exploration.exploration import MOST_NETWORKS, Exploration, Recipe
from explorer.workspace.exploration.record import Snapshot, packed

LEARNT = Snapshot(step=5, tensors=packed({"U": np.ones((2, 1)), "W": np.eye(2), "b": np.zeros(2)}))
THREE = Exploration(
    networks=tuple(Recipe(activation=name) for name in ("tanh", "sigmoid", "relu")), stage="beside", together=True
)


def test_a_pinned_network_stays_and_its_copy_changes() -> None:
    after = pinned(Exploration()).with_recipe(gain=0.5)
    assert [recipe.gain for recipe in after.networks] == [1.6, 0.5]
    assert (after.active, after.stage, after.together) == (1, "beside", False)


def test_a_pinned_network_keeps_what_it_has_learnt() -> None:
    trained = Exploration(networks=(Recipe(hidden=2, trained=LEARNT),))
    assert [recipe.trained for recipe in pinned(trained).with_recipe(gain=1.0).networks] == [LEARNT, None]


def test_more_networks_than_have_room_are_refused() -> None:
    full = Exploration(networks=(Recipe(),) * MOST_NETWORKS)
    with pytest.raises(BadExploration, match="At most 4"):
        pinned(full)


def test_together_a_change_of_what_all_have_goes_to_all() -> None:
    after = THREE.with_recipe(gain=0.5)
    assert [recipe.gain for recipe in after.networks] == [0.5, 0.5, 0.5]
    assert [recipe.activation for recipe in after.networks] == ["tanh", "sigmoid", "relu"]


def test_together_what_sets_networks_apart_stays_each_ones_own() -> None:
    after = THREE.with_activation("identity")
    assert [recipe.activation for recipe in after.networks] == ["identity", "sigmoid", "relu"]


def test_what_is_learnt_is_never_given_to_the_others() -> None:
    after = THREE.with_recipe(trained=LEARNT)
    assert [recipe.trained for recipe in after.networks] == [LEARNT, None, None]


def test_together_no_number_of_changes_makes_networks_alike_that_were_set_apart() -> None:
    one = alone(THREE, 0)
    for name in ("sigmoid", "relu", "tanh", "sigmoid"):
        one = one.with_activation(name)
    assert [each.activation for each in one.networks] == ["sigmoid", "sigmoid", "relu"]
    back = one.with_activation("tanh")
    assert [one.activation for one in back.networks] == ["tanh", "sigmoid", "relu"]


def test_together_learnt_weights_are_given_up_where_the_initial_ones_become_others() -> None:
    trained = Exploration(networks=(Recipe(), Recipe(activation="relu", trained=LEARNT)), together=True)
    assert trained.with_recipe(readout="identity").networks[1].trained == LEARNT
    assert trained.with_recipe(gain=1.0).networks[1].trained is None


def test_one_by_one_only_the_active_network_changes() -> None:
    after = moved(THREE, together=False).with_active(2).with_recipe(gain=0.5)
    assert [recipe.gain for recipe in after.networks] == [1.6, 1.6, 0.5]


def test_a_network_is_looked_at_alone_and_the_others_wait_beside() -> None:
    one = alone(THREE, 1)
    assert (one.stage, one.recipe.activation, len(one.networks)) == ("alone", "sigmoid", 3)
    assert beside(one) == THREE.with_active(1)


def test_a_single_network_is_pinned_to_have_one_beside_it() -> None:
    assert beside(Exploration()) == pinned(Exploration())


@pytest.mark.parametrize(("index", "active", "left"), [(0, 0, "sigmoid"), (1, 1, "relu"), (2, 1, "sigmoid")])
def test_a_removed_network_leaves_its_neighbour_active(index: int, active: int, left: str) -> None:
    after = removed(THREE.with_active(min(index, 1) if index < 2 else 2), index)
    assert (len(after.networks), after.active, after.recipe.activation) == (2, active, left)


def test_a_removed_network_leaves_the_active_one_active() -> None:
    assert removed(THREE.with_active(2), 0).recipe.activation == "relu"


def test_the_last_network_stands_alone_and_can_not_be_removed() -> None:
    last = removed(removed(THREE, 2), 1)
    assert (last.stage, last.together) == ("alone", False)
    with pytest.raises(BadExploration, match="only network"):
        removed(last, 0)
