"""A gesture is a value: it says what it does, two that do the same are equal, and the program makes no other ones."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import explorer.gui
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture

FILES = sorted(Path(explorer.gui.__file__).parent.rglob("*.py"))


def test_gesture_says_what_it_does_and_equals_one_that_does_the_same():
    turned = Gesture.of("Change the gain", Exploration.with_recipe, "gain", gain=1.6)
    assert repr(turned) == "with_recipe(gain=1.6)"
    assert turned == Gesture("Change the gain", Exploration.with_recipe, {"gain": 1.6}, "gain")
    assert turned != Gesture.of("Change the gain", Exploration.with_recipe, "gain", gain=1.7)
    assert turned(Exploration()) == Exploration().with_recipe(gain=1.6)


def anonymous(call: ast.Call) -> bool:
    """Return whether a gesture is made of a function without a name, which can't say what it does."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    of = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "Gesture"
    made = of or name in {"Gesture", "edit"}
    return made and any(
        isinstance(a, ast.Lambda) or getattr(getattr(a, "func", None), "id", "") == "partial" for a in call.args
    )


def test_a_lambda_for_a_gesture_is_found():
    assert anonymous(ast.parse('self.edit(field, "Name", lambda e: e)').body[0].value)
    assert anonymous(ast.parse('Gesture("Name", partial(f, 1))').body[0].value)
    assert not anonymous(ast.parse('self.edit(field, "Name", f, gain=1)').body[0].value)


@pytest.mark.parametrize("room", sorted({path.parent.name for path in FILES}))
def test_no_gesture_of_the_window_is_anonymous(room: str):
    found = [
        f"{path.name}:{node.lineno}"
        for path in FILES
        if path.parent.name == room
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and anonymous(node)
    ]
    assert found == []
