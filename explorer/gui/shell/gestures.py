"""What menus, buttons and keys do to an exploration, by the names of their actions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.library import quick_choices
from explorer.gui.panels.cells import choosing
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.beside import changed_otherwise, pinned, turned, turned_to, unpinned
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Change, Gesture
from explorer.workspace.looks.sets import (
    of_activations,
    of_cells,
    of_chrono_start,
    of_forget_bias,
    of_orthogonal_start,
    of_residual,
    of_seeds,
    of_training,
)

SETS: Mapping[str, Change] = MappingProxyType(
    {
        "activations": of_activations, "cells": of_cells, "seeds": of_seeds, "orthogonal": of_orthogonal_start,
        "residuals": of_residual, "forget_biases": of_forget_bias, "chrono": of_chrono_start, "trained": of_training,
    }
)  # fmt: skip
"""What a comparison can begin with, made of the present network."""

TRAINED_SETS = ("clipping", "omega", "flossing", "decays")
"""What trains the networks that it compares, one after the other."""

GESTURES: Mapping[str, Gesture] = MappingProxyType(
    {
        **{
            name: Gesture.of(mark("Change the activation"), Exploration.with_activation, name=name)
            for name in ACTIVATIONS
        },
        **{name: choosing(name) for name in quick_choices()},
        "seed": Gesture(mark("New seed"), Exploration.with_new_seed),
        "many_seeds": Gesture(mark("Show many seeds"), Exploration.with_many_seeds),
        "pin": Gesture(mark("Pin the network"), pinned),
        "beside": Gesture(mark("Show side by side or alone"), turned),
        "difference": Gesture.of(mark("Compare in another way"), turned_to, stage="difference"),
        "swipe": Gesture.of(mark("Compare in another way"), turned_to, stage="swipe"),
        "together": Gesture(mark("Change together or one by one"), changed_otherwise),
        "unpin": Gesture(mark("Take a network away"), unpinned),
        **{name: Gesture(mark("Begin a comparison"), make) for name, make in SETS.items()},
    }
)
"""What some of them do to the exploration; what the others do is told by whom it concerns (`Actions.let`)."""
