"""The layers that a command is asked for: a cell, a width and a direction each, with commas between them."""

from __future__ import annotations

from typing import Any

from explorer.cli.asked_cell import cell_asked


def layers_asked(text: str, like: Any) -> list[Any]:
    """Return the layers that a text tells, one after a comma; what it does not say of one is as in the layer ``like``.

    After a cell's name stand, in any order, its width, "forward", "backward" or "both", and "residual".

    Raises
    ------
    Refusal
        If a word is none of these, or there is no such cell.
    """
    return [_layer(one, like) for one in text.split(",")]


def _layer(text: str, like: Any) -> Any:
    from explorer.engine.errors import BadExploration
    from explorer.engine.network.layer import BACKWARD, BOTH, FORWARD, RESIDUAL
    from explorer.engine.recurrence.library import quick_choices
    from explorer.workspace.exploration.exploration import replace
    from explorer.workspace.exploration.layers import alone

    words = text.split()
    if not words:
        example = f"{quick_choices()[0]} 32 {BOTH}"
        raise BadExploration("A layer is told by its cell and width, such as “{example}”.", example=example)
    changes: dict[str, Any] = {"cell": cell_asked(words[0]), "direction": FORWARD, "skip": False}
    for word in words[1:]:
        if word.isdecimal():
            changes["hidden"] = int(word)
        elif word in (FORWARD, BACKWARD, BOTH):
            changes["direction"] = word
        elif word == RESIDUAL:
            changes["skip"] = True
        else:
            raise BadExploration(
                "“{word}” says nothing of a layer: a width, {ways} or {residual} is expected.",
                word=word, ways=f"{FORWARD}, {BACKWARD}, {BOTH}", residual=RESIDUAL,
            )  # fmt: skip
    return replace(alone(like), **changes)
