"""What an exploration is called after: the preset or the file that was chosen, changed or not, back and forth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.workspace.disk.origin import Origin, origin_of
from explorer.workspace.disk.presets import preset, presets
from explorer.workspace.exploration.beside import alone, turned_to
from explorer.workspace.exploration.exploration import Exploration, Text, replace
from explorer.workspace.exploration.store import Document, Store
from explorer.workspace.learning.training import at_step, recorded, training

Change = Callable[[Exploration], Exploration]

EDITS: dict[str, Change] = {
    "gain": lambda e: e.with_recipe(gain=0.123),
    "cell": lambda e: e.with_recipe(cell="gru"),
    "input": lambda e: e.with_sequence(Text(text="<s> never bad </s>")),
    "norm": lambda e: e.with_lens(norm="spectral"),
    "learning rate": lambda e: e.with_settings(rate=0.0123),
    "network taken away": lambda e: replace(e, networks=e.networks[1:], active=0),
}
LOOKS: dict[str, Change] = {
    "cursor": lambda e: e.with_selection(t=3, k=1),
    "one alone": lambda e: alone(e, 1),
    "another network": lambda e: e.with_active(2),
    "difference": lambda e: turned_to(e, "difference"),
    "span of colours": lambda e: e.with_lens(decades=30),
    "quantity": lambda e: e.with_lens(quantity="W"),
}


def store_of(name: str) -> Store:
    store = Store(Exploration())
    store.replace("Load a preset", preset(name).exploration, Document(saved=preset(name).exploration))
    return store


def learnt(exploration: Exploration) -> Exploration:
    *_, progress = training(exploration, updates=1)
    return recorded(exploration, progress)


def origin(store: Store) -> Origin:
    return origin_of(store.exploration, store.document)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_leaves_the_name_with_a_change_and_undo_takes_the_change_away(edit: str) -> None:
    store = store_of("toggle")
    assert origin(store) == Origin(preset("toggle"))
    store.commit("Edit", EDITS[edit](store.exploration))
    assert origin(store) == Origin(preset("toggle"), changed=True)
    store.undo()
    assert origin(store) == Origin(preset("toggle"))
    store.redo()
    assert origin(store) == Origin(preset("toggle"), changed=True)


@pytest.mark.parametrize("look", LOOKS)
def test_where_one_looks_changes_no_preset(look: str) -> None:
    store = store_of("toggle")
    store.commit("Look", LOOKS[look](store.exploration))
    assert origin(store) == Origin(preset("toggle"))


def test_undoing_the_choice_of_a_preset_brings_the_one_before_back_with_its_change() -> None:
    store = store_of("gru")
    store.commit("Edit", store.exploration.with_recipe(gain=0.5))
    other = preset("chaos").exploration
    store.replace("Load a preset", other, Document(saved=other))
    assert origin(store) == Origin(preset("chaos"))
    store.undo()
    assert origin(store) == Origin(preset("gru"), changed=True)


def test_a_change_into_what_another_preset_is_stays_a_change() -> None:
    store = store_of("gru")
    store.commit("Edit", preset("chaos").exploration)
    assert origin(store) == Origin(preset("gru"), changed=True)


def test_a_preset_that_is_trained_is_still_that_preset_at_any_step_of_it() -> None:
    store = store_of("task-next-word")
    trained = learnt(store.exploration)
    assert trained.record is not None
    store.commit("Train", trained)
    assert origin(store) == Origin(preset("task-next-word"))
    store.adjust(at_step(trained, 0))
    assert origin(store) == Origin(preset("task-next-word"))


def test_a_network_beside_it_is_a_change_and_what_was_learnt_none() -> None:
    one = preset("task-next-word").exploration
    recipe = learnt(one).recipe
    assert recipe.record is not None
    plain = replace(one, networks=(one.recipe, one.recipe))
    store = Store(plain)
    assert origin(store) == Origin()
    store.replace("Load a preset", one, Document(saved=one))
    store.commit("Train one of two", replace(one, networks=(one.recipe, recipe), active=0))
    assert origin(store) == Origin(preset("task-next-word"), changed=True)
    store.commit("Take the other away", replace(one, networks=(recipe,)))
    assert origin(store) == Origin(preset("task-next-word"))


def test_a_file_is_called_by_its_name_whatever_it_holds_until_it_is_saved_changed() -> None:
    held = preset("gru").exploration
    store = Store(Exploration())
    store.replace("Open a file", held, Document(Path("/somewhere/mine.gflow"), held))
    assert origin(store) == Origin(file="mine.gflow")
    store.commit("Edit", held.with_recipe(gain=0.5))
    assert origin(store) == Origin(file="mine.gflow", changed=True)
    store.saved_to(Path("/somewhere/other.gflow"))
    assert origin(store) == Origin(file="other.gflow")


def test_what_comes_from_nowhere_has_no_name_unless_it_is_a_preset() -> None:
    assert origin_of(Exploration().with_recipe(gain=0.123), Document()) == Origin()
    assert origin_of(preset("gru").exploration, Document()) == Origin(preset("gru"))


@pytest.mark.parametrize("one", presets(), ids=lambda one: one.name)
def test_no_two_presets_are_taken_for_each_other(one) -> None:
    assert origin_of(one.exploration, Document(saved=one.exploration)) == Origin(one)
