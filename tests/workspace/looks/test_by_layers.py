"""A product of a stack is split by layers where that is asked for, and told in words; the choice is kept in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.workspace.disk.files import read, written
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.by_layers import layers_of, layers_sentence

STACK = Exploration(
    networks=(Recipe(hidden=3, above=(LayerRecipe(cell="gru", hidden=2),)),),
    sequence=Signal(steps=12), selection=Selection(t=9, k=4),
)  # fmt: skip


def test_split_by_layers_is_made_where_it_is_asked_for_and_told_in_any_case() -> None:
    plain, asked = (inspect(analyse(one)) for one in (STACK, STACK.with_lens(split="layers")))
    assert plain.layers is None
    assert asked.layers is not None
    assert layers_of(plain) == asked.layers
    assert str(layers_sentence(plain)).startswith("from s₉ to s₄: within its layer ×")
    assert layers_sentence(plain) == layers_sentence(asked)


def test_one_layer_and_one_state_have_nothing_to_be_split_by_layers() -> None:
    alone = STACK.with_recipe(above=()).with_lens(split="layers")
    assert inspect(analyse(alone)).layers is None
    assert layers_sentence(inspect(analyse(alone))) is None
    assert layers_sentence(inspect(analyse(STACK.with_selection(t=4, k=4)))) is None


@pytest.mark.parametrize("split", ["paths", "layers"])
def test_choice_is_kept_in_a_file(split: str) -> None:
    assert read(written(STACK.with_lens(split=split)), Path("mine.gflow")).lens.split == split
