"""What somebody's file leaves open, and what can be chosen of it, in words."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.gui.words.i18n import mark, tr

_KEYS: Mapping[str, str] = {
    "activation": mark("its function"), "gates": mark("the function of its gates"), "slope": mark("the hard sigmoid"),
    "order": mark("the order of its gates"), "forget": mark("what is added to the forget gate"),
    "reset": mark("the reset gate stands"), "update": mark("the update gate"), "branch": mark("the branch"),
    "activation numbers": mark("the numbers of its function"),
}  # fmt: skip
"""What is left open, by the keys of assumptions."""

_CHOICES: Mapping[str, str] = {
    "tanh": mark("tanh"), "relu": mark("ReLU"), "sigmoid": mark("sigmoid"), "onnxruntime": mark("as onnxruntime"),
    "standard": mark("as the standard says"), "then_branch": mark("the first branch"),
    "else_branch": mark("the second branch"), "hard_sigmoid": mark("hard sigmoid"),
    "identity": mark("linear"), "linear": mark("linear"), "after": mark("after the matrix"),
    "before": mark("before the matrix"), "z keeps h'": mark("z keeps h′"), "z takes n": mark("z takes n"),
}  # fmt: skip
"""Choices in words; others are names that are the same in every language."""


def key_label(key: str) -> str:
    """Return what is left open, "" where its key says nothing of that; a network's name before the key is none of it."""
    name = key.rpartition(":")[2]
    return tr(_KEYS[name]) if name in _KEYS else ""


def choice_label(choice: str) -> str:
    """Return a choice in words, or its name where that is the same in every language."""
    return tr(_CHOICES[choice]) if choice in _CHOICES else choice


def chosen_label(key: str, choice: str) -> str:
    """Return what was chosen of what is left open."""
    what, taken = key_label(key), choice_label(choice)
    return tr("{what}: {choice}").format(what=what, choice=taken) if what else taken
