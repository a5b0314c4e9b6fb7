"""Fields of an exploration by name."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.engine.errors import Refusal
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, Signal, Text
from explorer.workspace.exploration.fields import names, value_of, with_values


def test_a_name_is_the_networks_before_any_others():
    made = with_values(Exploration(), {"seed": 7, "sequence.seed": 8, "settings.seed": 9})
    assert (made.recipe.seed, made.settings.seed) == (7, 9)
    assert isinstance(made.sequence, Signal)
    assert made.sequence.seed == 8


def test_every_name_that_is_offered_can_be_read_and_set_to_what_it_is():
    for exploration in (Exploration(), Exploration(sequence=Text(text="a b")), preset("task-adding").exploration):
        values = {name: value_of(exploration, name) for name in names(exploration)}
        plain = {name: value for name, value in values.items() if name not in ("sequence", "cell")}
        assert with_values(exploration, plain) == exploration
        assert len(names(exploration)) == len(set(names(exploration)))


def test_plain_values_become_what_the_fields_hold():
    made = with_values(Exploration(), {"gain": 2, "initial_state": [1, 2.5], "quantity": "W", "steps": 50, "rate": 1})
    assert made.recipe.gain == 2.0
    assert made.recipe.initial_state == (1.0, 2.5)
    assert made.lens.quantity == "W"
    assert made.sequence == Signal(steps=50)
    assert made.settings.rate == 1.0


def test_a_whole_sequence_comes_before_its_fields():
    made = with_values(Exploration(), {"unit": 3, "text": "x y", "sequence": {"type": "text", "text": "a"}})
    assert made.sequence == Text(text="x y")
    assert made.selection.unit == 3


def test_learnt_weights_are_given_up_where_the_initial_ones_become_others():
    trained = preset("task-adding").exploration
    assert with_values(trained, {"gain": 0.5}).recipe.trained is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("gian", 1, "There is no setting “gian”; did you mean “gain”?"),
        ("gain", "x", "“gain” is x; a number is expected."),
        ("t", 1.5, "“t” is 1.5; a whole number in its range is expected."),
        ("locked", 3, "“locked” is 3; true or false is expected."),
        ("quantity", "V", "There is no quantity “V”; choose one of flow, delta, W, U, b."),
        ("activation", "rel", "There is no activation “rel”; did you mean “relu”?"),
        ("sequence.steps", -1, "“sequence.steps” is -1; a whole number in its range is expected."),
        ("sequence", {"type": "txt"}, "“sequence” can't be {'type': 'txt'}."),
        ("trained", 3, "There is no setting “trained”"),
        ("lens.gain", 3, "There is no setting “lens.gain”"),
        ("rate", -1.0, "The learning rate is -1.0;"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(name: str, value: Any, said: str):
    with pytest.raises(Refusal) as refusal:
        with_values(Exploration(), {name: value})
    assert str(refusal.value).startswith(said)
